// SPDX-License-Identifier: Apache-2.0

#include "scheduling/passage.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace troupe {

constinit std::atomic<size_t> passage::retired = 0;

constinit thread_local passage::gate* passage::next_gate = nullptr;

constinit thread_local passage::gate* passage::open_gate = nullptr;

/// Gates are never freed, only used again: their number is that of the threads
/// that ran at once, times how deep they were nested.
struct passage::registry {
  std::atomic<gate*> gates = nullptr;
  std::mutex mtx;
  std::vector<caf::strong_actor_ptr> list;

  static registry& get() noexcept {
    // Threads may outlive static destructors.
    static auto& instance = *new registry;
    return instance;
  }
};

namespace {

/// Set when a thread has begun to end; a gate that it makes later still stays
/// with it for good.
constinit thread_local bool thread_ends = false;

} // namespace

/// Lets other threads use the gates of a thread that ends.
struct passage::thread_end {
  std::vector<gate*> gates;

  ~thread_end() {
    thread_ends = true;
    next_gate = nullptr;
    for (auto x : gates) {
      x->inner = nullptr;
      x->in_use.store(false, std::memory_order_release);
    }
  }
};

passage::gate* passage::make_gate() noexcept {
  auto& all = registry::get().gates;
  auto result = all.load(std::memory_order_acquire);
  for (; result != nullptr; result = result->next) {
    auto expected = false;
    if (result->in_use.compare_exchange_strong(expected, true))
      break;
  }
  if (result == nullptr) {
    result = new gate;
    result->next = all.load(std::memory_order_relaxed);
    while (!all.compare_exchange_weak(result->next, result))
      ; // nop
  }
  if (!thread_ends) {
    thread_local thread_end mine;
    mine.gates.push_back(result);
  }
  if (open_gate != nullptr)
    open_gate->inner = result;
  return result;
}

bool passage::hand_back(caf::mailbox_element_ptr& x,
                        const caf::actor_control_block& receiver) noexcept {
  auto way = open_gate;
  if (way == nullptr || way->target.load(std::memory_order_relaxed) != &receiver
      || way->returned != nullptr || x->mid.is_response())
    return false;
  way->returned = x.release();
  return true;
}

bool passage::leads_to(const caf::actor_control_block* x) noexcept {
  auto i = registry::get().gates.load(std::memory_order_acquire);
  for (; i != nullptr; i = i->next)
    if (i->target.load(std::memory_order_acquire) == x)
      return true;
  return false;
}

void passage::retire(caf::strong_actor_ptr x) {
  if (x == nullptr)
    return;
  port::heavy_fence();
  if (!leads_to(x.get()))
    return;
  {
    auto& all = registry::get();
    std::lock_guard guard{all.mtx};
    all.list.emplace_back(std::move(x));
    retired.store(all.list.size(), std::memory_order_relaxed);
  }
  release_retired();
}

void passage::release_retired() noexcept {
  auto& all = registry::get();
  // Released without the lock: an actor's end may retire others.
  std::vector<caf::strong_actor_ptr> released;
  std::lock_guard guard{all.mtx};
  // Either this thread sees that a passage has ended, or the passage sees what
  // is in the list.
  port::heavy_fence();
  auto keeps = [](const caf::strong_actor_ptr& x) { return leads_to(x.get()); };
  auto first = std::partition(all.list.begin(), all.list.end(), keeps);
  std::move(first, all.list.end(), std::back_inserter(released));
  all.list.erase(first, all.list.end());
  retired.store(all.list.size(), std::memory_order_relaxed);
}

} // namespace troupe
