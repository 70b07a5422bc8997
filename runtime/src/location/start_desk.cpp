// SPDX-License-Identifier: Apache-2.0

#include "troupe/location/start_desk.hpp"

#include <map>
#include <unordered_map>
#include <utility>

#include "caf/actor_cast.hpp"
#include "caf/actor_clock.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/make_actor.hpp"
#include "caf/monitorable_actor.hpp"
#include "caf/system_messages.hpp"

#include "base/later.hpp"
#include "base/quantity.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

using time_point = caf::actor_clock::time_point;

void dismiss(const caf::strong_actor_ptr& child) {
  auto reason = caf::make_error(caf::exit_reason::user_shutdown);
  if (child)
    child->enqueue(
        nullptr, caf::make_message_id(caf::message_priority::high),
        caf::make_message(caf::exit_msg{child->address(), std::move(reason)}),
        nullptr);
}

/// Passes the timer's message on to the parent. The timer keeps this alive, and
/// not the parent.
class deadline_relay : public caf::monitorable_actor {
public:
  deadline_relay(caf::actor_config& cfg, caf::weak_actor_ptr parent)
      : monitorable_actor(cfg), parent_(std::move(parent)) {
    // nop
  }

  using caf::abstract_actor::enqueue;

  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit* host) override {
    if (auto parent = parent_.lock())
      parent->enqueue(std::move(x), host);
  }

private:
  caf::weak_actor_ptr parent_;
};

caf::strong_actor_ptr make_relay(caf::event_based_actor* parent) {
  auto& sys = parent->home_system();
  caf::actor_config cfg;
  return caf::make_actor<deadline_relay, caf::strong_actor_ptr>(
      sys.next_actor_id(), sys.node(), &sys, cfg,
      caf::actor_cast<caf::weak_actor_ptr>(parent));
}

} // namespace

/// Kept by the handler for the acknowledgements, and so by the parent.
class start_desk::state : public std::enable_shared_from_this<state> {
public:
  explicit state(caf::event_based_actor* parent)
      : parent_(parent),
        mid_(parent->new_request_id(caf::message_priority::normal)) {
    // nop
  }

  state(const state&) = delete;
  state& operator=(const state&) = delete;

  ~state() {
    abandon();
  }

  caf::event_based_actor* parent() const noexcept {
    return parent_;
  }

  size_t size() const noexcept {
    return pending_.size();
  }

  ticket open(std::optional<caf::timespan> timeout, done f) {
    auto number = ++last_;
    auto& x = pending_[number];
    x.finish = std::move(f);
    if (timeout) {
      x.timeout = *timeout;
      auto now = parent_->clock().now();
      x.deadline = deadlines_.emplace(later(now, *timeout), number);
      arm(now);
    }
    listen();
    return {number, mid_.response_id()};
  }

  void launched(uint64_t number, caf::strong_actor_ptr child) {
    if (auto i = pending_.find(number); i != pending_.end())
      i->second.child = std::move(child);
    else
      dismiss(child);
  }

  void started(uint64_t number, caf::strong_actor_ptr child) {
    launched(number, std::move(child));
    end(number, {});
    stop_listening();
  }

  void failed(uint64_t number, caf::error why) {
    end(number, std::move(why));
    stop_listening();
  }

  void end(uint64_t number, caf::error why) {
    auto i = pending_.find(number);
    if (i == pending_.end())
      return;
    auto x = std::move(i->second);
    pending_.erase(i);
    if (x.deadline)
      deadlines_.erase(*x.deadline);
    if (why)
      x.finish(std::move(why));
    else
      x.finish(caf::actor_cast<caf::actor>(std::move(x.child)));
  }

private:
  using deadline_map = std::multimap<time_point, uint64_t>;

  struct start {
    done finish;
    caf::strong_actor_ptr child;
    caf::timespan timeout{0};
    std::optional<deadline_map::iterator> deadline;
  };

  /// Held by the handler that the parent has for the next message. Destroyed
  /// with it, by a parent that ends.
  struct ear {
    std::shared_ptr<state> owner;

    explicit ear(std::shared_ptr<state> x) : owner(std::move(x)) {
      // nop
    }

    ear(const ear&) = delete;
    ear& operator=(const ear&) = delete;

    ~ear() {
      if (owner->ear_ == this)
        owner->abandon();
    }
  };

  /// Makes the parent take one more acknowledgement, or a timeout.
  void listen() {
    if (ear_ != nullptr || pending_.empty())
      return;
    // A parent that has quit would wait for the acknowledgements.
    if (parent_->getf(caf::abstract_actor::is_shutting_down_flag)) {
      abandon();
      return;
    }
    auto x = std::make_shared<ear>(shared_from_this());
    ear_ = x.get();
    parent_->add_multiplexed_response_handler(
        mid_.response_id(),
        caf::behavior{
            [x](uint64_t number) { x->owner->heard(number, caf::error{}); },
            [x](uint64_t number, caf::error& why) {
              x->owner->heard(number, std::move(why));
            },
            [x](const caf::error&) { x->owner->sweep(); },
        });
  }

  /// Has the parent drop a handler that nothing is expected for: it would keep
  /// a parent without a behavior alive.
  void stop_listening() {
    if (ear_ != nullptr && pending_.empty())
      parent_->enqueue(caf::make_mailbox_element(nullptr, mid_.response_id(),
                                                 {}, uint64_t{0}),
                       nullptr);
  }

  void heard(uint64_t number, caf::error why) {
    ear_ = nullptr;
    end(number, std::move(why));
    listen();
  }

  /// The parent has ended.
  void abandon() {
    ear_ = nullptr;
    deadlines_.clear();
    for (auto& kvp : std::exchange(pending_, {}))
      dismiss(kvp.second.child);
  }

  /// Ends what is overdue.
  void sweep() {
    ear_ = nullptr;
    armed_.reset();
    auto now = parent_->clock().now();
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      auto number = deadlines_.begin()->second;
      auto& x = pending_.at(number);
      dismiss(x.child);
      end(number,
          make_error(errc::start_timeout,
                     "did not start within " + format_duration(x.timeout)));
    }
    arm(now);
    listen();
  }

  /// Sets the timer to the first deadline, unless it is set to an earlier time.
  void arm(time_point now) {
    if (deadlines_.empty())
      return;
    auto first = deadlines_.begin()->first;
    // While nothing was under way, a timeout went unheard.
    if (armed_ && *armed_ > now && *armed_ <= first)
      return;
    armed_ = first;
    if (relay_ == nullptr)
      relay_ = make_relay(parent_);
    parent_->clock().set_request_timeout(first, relay_->get(),
                                         mid_.response_id());
  }

  caf::event_based_actor* parent_;
  caf::strong_actor_ptr relay_;
  caf::message_id mid_;
  uint64_t last_ = 0;
  std::unordered_map<uint64_t, start> pending_;
  deadline_map deadlines_;
  std::optional<time_point> armed_;
  ear* ear_ = nullptr;
};

start_desk::start_desk(caf::event_based_actor* parent)
    : state_(std::make_shared<state>(parent)) {
  // nop
}

caf::event_based_actor* start_desk::parent() const noexcept {
  return state_->parent();
}

start_desk::ticket start_desk::open(std::optional<caf::timespan> timeout,
                                    done f) {
  return state_->open(timeout, std::move(f));
}

void start_desk::launched(const ticket& x, caf::strong_actor_ptr child) {
  state_->launched(x.number, std::move(child));
}

void start_desk::started(const ticket& x, caf::strong_actor_ptr child) {
  state_->started(x.number, std::move(child));
}

void start_desk::failed(const ticket& x, caf::error why) {
  state_->failed(x.number, std::move(why));
}

size_t start_desk::size() const noexcept {
  return state_->size();
}

} // namespace troupe
