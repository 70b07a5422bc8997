// SPDX-License-Identifier: Apache-2.0

#include "scheduling/timeout_clock.hpp"

#include <type_traits>
#include <utility>
#include <vector>

#include <pthread.h>

#include "caf/abstract_actor.hpp"
#include "caf/actor_system.hpp"
#include "caf/sec.hpp"
#include "caf/system_messages.hpp"

namespace troupe {

namespace {

template <class T>
caf::actor_id owner_of(const T& x) {
  if constexpr (requires { x.self; })
    return x.self->id();
  else
    return caf::invalid_actor_id;
}

} // namespace

void timeout_clock::start(caf::actor_system& sys) {
  thread_ = std::thread{[this, &sys] {
    pthread_setname_np(pthread_self(), "troupe.clock");
    sys.thread_started();
    run();
    sys.thread_terminates();
  }};
}

void timeout_clock::stop() {
  cancel_all();
  {
    std::lock_guard guard{mtx_};
    stopped_ = true;
  }
  cv_.notify_one();
  if (thread_.joinable())
    thread_.join();
  cancel_all();
}

void timeout_clock::run() {
  std::vector<event> due;
  std::unique_lock guard{mtx_};
  while (!stopped_) {
    if (schedule_.empty()) {
      cv_.wait(guard);
      continue;
    }
    auto first = schedule_.begin();
    if (auto t = first->first; t > now()) {
      cv_.wait_until(guard, t);
      continue;
    }
    for (auto limit = now();
         first != schedule_.end() && first->first <= limit;) {
      forget(first);
      due.push_back(std::move(first->second));
      first = schedule_.erase(first);
    }
    guard.unlock();
    for (auto& x : due)
      ship(x);
    due.clear();
    guard.lock();
  }
}

void timeout_clock::ship(event& x) {
  std::visit(
      [](auto& e) {
        using type = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<type, request>) {
          auto dest = e.self->get();
          dest->eq_impl(e.id, e.self, nullptr, caf::sec::request_timeout);
        } else if constexpr (std::is_same_v<type, actor_message>) {
          e.receiver->enqueue(std::move(e.content), nullptr);
        } else if constexpr (std::is_same_v<type, group_message>) {
          e.target->eq_impl(caf::make_message_id(), std::move(e.sender),
                            nullptr, std::move(e.content));
        } else {
          auto dest = e.self->get();
          dest->eq_impl(caf::make_message_id(), e.self, nullptr,
                        caf::timeout_msg{e.type, e.id});
        }
      },
      x);
}

void timeout_clock::add(time_point t, caf::abstract_actor* owner, event x) {
  bool earliest = false;
  {
    std::lock_guard guard{mtx_};
    if (stopped_)
      return;
    auto pos = schedule_.emplace(t, std::move(x));
    earliest = pos == schedule_.begin();
    if (owner != nullptr) {
      by_actor_.emplace(owner->id(), pos);
      cancellable_.store(by_actor_.size(), std::memory_order_release);
    }
  }
  if (earliest)
    cv_.notify_one();
}

void timeout_clock::forget(const schedule_map::iterator& pos) {
  auto id = std::visit([](auto& x) { return owner_of(x); }, pos->second);
  if (id == caf::invalid_actor_id)
    return;
  auto [first, last] = by_actor_.equal_range(id);
  for (; first != last; ++first)
    if (first->second == pos) {
      by_actor_.erase(first);
      break;
    }
  cancellable_.store(by_actor_.size(), std::memory_order_release);
}

template <class Predicate>
void timeout_clock::remove_if(caf::abstract_actor* owner, Predicate pred) {
  // An actor sets and cancels its timeouts one after another, so its own are
  // always seen here.
  if (cancellable_.load(std::memory_order_acquire) == 0)
    return;
  // May hold the last reference to an actor: destroyed after the lock.
  std::vector<event> removed;
  std::lock_guard guard{mtx_};
  auto [first, last] = by_actor_.equal_range(owner->id());
  while (first != last) {
    if (pred(first->second->second)) {
      removed.push_back(std::move(first->second->second));
      schedule_.erase(first->second);
      first = by_actor_.erase(first);
    } else {
      ++first;
    }
  }
  cancellable_.store(by_actor_.size(), std::memory_order_release);
}

void timeout_clock::set_ordinary_timeout(time_point t,
                                         caf::abstract_actor* self,
                                         caf::atom_value type, uint64_t id) {
  cancel_ordinary_timeout(self, type);
  add(t, self, ordinary{self->ctrl(), type, id});
}

void timeout_clock::set_multi_timeout(time_point t, caf::abstract_actor* self,
                                      caf::atom_value type, uint64_t id) {
  add(t, self, multi{self->ctrl(), type, id});
}

void timeout_clock::set_request_timeout(time_point t, caf::abstract_actor* self,
                                        caf::message_id id) {
  add(t, self, request{self->ctrl(), id});
}

void timeout_clock::cancel_ordinary_timeout(caf::abstract_actor* self,
                                            caf::atom_value type) {
  remove_if(self, [type](const event& x) {
    auto ptr = std::get_if<ordinary>(&x);
    return ptr != nullptr && ptr->type == type;
  });
}

void timeout_clock::cancel_request_timeout(caf::abstract_actor* self,
                                           caf::message_id id) {
  remove_if(self, [id](const event& x) {
    auto ptr = std::get_if<request>(&x);
    return ptr != nullptr && ptr->id == id;
  });
}

void timeout_clock::cancel_timeouts(caf::abstract_actor* self) {
  remove_if(self, [](const event&) { return true; });
}

void timeout_clock::schedule_message(time_point t,
                                     caf::strong_actor_ptr receiver,
                                     caf::mailbox_element_ptr content) {
  add(t, nullptr, actor_message{std::move(receiver), std::move(content)});
}

void timeout_clock::schedule_message(time_point t, caf::group target,
                                     caf::strong_actor_ptr sender,
                                     caf::message content) {
  add(t, nullptr,
      group_message{std::move(target), std::move(sender), std::move(content)});
}

void timeout_clock::cancel_all() {
  schedule_map dropped;
  std::lock_guard guard{mtx_};
  dropped.swap(schedule_);
  by_actor_.clear();
  cancellable_.store(0, std::memory_order_release);
}

} // namespace troupe
