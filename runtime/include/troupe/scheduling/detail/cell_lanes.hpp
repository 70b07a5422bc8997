// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "caf/mailbox_element.hpp"

#include "troupe/scheduling/cell_options.hpp"

namespace troupe::detail {

/// An intrusive list of messages, first in, first out.
class envelope_list {
public:
  using pointer = caf::mailbox_element*;

  envelope_list() = default;

  envelope_list(const envelope_list&) = delete;

  envelope_list& operator=(const envelope_list&) = delete;

  ~envelope_list() {
    while (auto x = pop_front())
      caf::mailbox_element_ptr{x};
  }

  bool empty() const noexcept {
    return head_ == nullptr;
  }

  pointer front() const noexcept {
    return head_;
  }

  void push_back(pointer x) noexcept {
    x->next = nullptr;
    if (head_ == nullptr)
      head_ = x;
    else
      tail_->next = x;
    tail_ = x;
  }

  void push_front(pointer x) noexcept {
    x->next = head_;
    if (head_ == nullptr)
      tail_ = x;
    head_ = x;
  }

  pointer pop_front() noexcept {
    auto x = head_;
    if (x != nullptr)
      head_ = static_cast<pointer>(x->next);
    return x;
  }

  /// Appends all of `xs`.
  void splice_back(envelope_list& xs) noexcept {
    if (xs.empty())
      return;
    if (empty())
      head_ = xs.head_;
    else
      tail_->next = xs.head_;
    tail_ = xs.tail_;
    xs.head_ = nullptr;
  }

  /// Puts all of `xs` in front.
  void splice_front(envelope_list& xs) noexcept {
    if (xs.empty())
      return;
    xs.tail_->next = head_;
    if (empty())
      tail_ = xs.tail_;
    head_ = xs.head_;
    xs.head_ = nullptr;
  }

  /// Takes out the first element for which `pred` holds.
  template <class Predicate>
  pointer extract_first(Predicate pred) noexcept {
    pointer prev = nullptr;
    for (auto x = head_; x != nullptr;
         prev = x, x = static_cast<pointer>(x->next)) {
      if (!pred(*x))
        continue;
      if (prev == nullptr)
        head_ = static_cast<pointer>(x->next);
      else
        prev->next = x->next;
      if (x == tail_)
        tail_ = prev;
      return x;
    }
    return nullptr;
  }

private:
  pointer head_ = nullptr;
  pointer tail_ = nullptr;
};

/// The data lane of a cell with a limited mailbox.
class limited_lane {
public:
  enum class verdict { taken, refused, dropped, closed };

  limited_lane(size_t limit, overflow_policy policy)
      : limit_(limit), policy_(policy) {
    // nop
  }

  /// Appends `x`, or leaves it with the caller. An older message that made
  /// place is put into `evicted`.
  verdict push(caf::mailbox_element_ptr& x, caf::mailbox_element_ptr& evicted);

  /// Takes the oldest message. It keeps its place until it is released.
  caf::mailbox_element* pop();

  /// Takes the oldest message from `sender`, if any.
  caf::mailbox_element* pop_from(const caf::actor_control_block* sender);

  /// Gives the place of a message free that has been taken.
  void release(const caf::mailbox_element& x);

  bool empty() const;

  /// Number of messages that have not been taken.
  uint64_t waiting() const;

  void close(envelope_list& rest);

  /// Messages that were turned away, by anybody.
  std::atomic<uint64_t> refused = 0;
  std::atomic<uint64_t> dropped = 0;

private:
  static bool counts(const caf::mailbox_element& x) noexcept;

  template <class Predicate>
  caf::mailbox_element* take(Predicate pred) noexcept {
    auto x = list_.extract_first(pred);
    if (x != nullptr)
      --listed_;
    return x;
  }

  size_t limit_;
  overflow_policy policy_;
  mutable std::mutex mtx_;
  envelope_list list_;
  /// Places in use: messages in the list, in work and set aside.
  size_t size_ = 0;
  size_t listed_ = 0;
  bool closed_ = false;
};

/// The two lanes of a cell: control first, then data, each in the order of
/// arrival.
///
/// Any thread pushes onto one lock-free stack; the cell takes the whole stack
/// at once and sorts it into its private lanes. The stack's head also counts
/// its elements (in the upper 16 bits, saturating) and tells whether the cell
/// sleeps (`blocked`) or has ended (`closed`).
///
/// A message that waits alone is handled where it is, at the bottom of the
/// stack, so that taking it and falling asleep after it are one atomic step.
class cell_lanes {
public:
  using pointer = caf::mailbox_element*;

  enum class push_result { running, unblocked, closed };

  cell_lanes() = default;

  cell_lanes(const cell_lanes&) = delete;

  cell_lanes& operator=(const cell_lanes&) = delete;

  ~cell_lanes() {
    envelope_list rest;
    close(rest);
  }

  static bool is_control(const caf::mailbox_element& x) noexcept {
    return x.mid.category() == caf::message_id::urgent_message_category;
  }

  // -- any thread -------------------------------------------------------------

  /// Takes ownership of `x` unless closed. Announces control messages.
  push_result push(pointer x) noexcept {
    if (is_control(*x))
      control_.fetch_add(1, std::memory_order_relaxed);
    auto old = head_.load(std::memory_order_relaxed);
    uint64_t desired;
    do {
      if (old == closed)
        return push_result::closed;
      auto n = old >> 48;
      x->next = old == blocked ? nullptr : to_pointer(old);
      n += n < 0xFFFF ? 1 : 0;
      desired = reinterpret_cast<uint64_t>(x) | (n << 48);
    } while (!head_.compare_exchange_weak(
        old, desired, std::memory_order_acq_rel, std::memory_order_relaxed));
    return old == blocked ? push_result::unblocked : push_result::running;
  }

  /// @returns whether the cell slept and now must be made runnable.
  bool try_unblock() noexcept {
    auto expected = blocked;
    return head_.compare_exchange_strong(expected, 0);
  }

  /// Number of messages that wait: exact for the private lanes, at most 65,535
  /// for the stack.
  uint64_t waiting() const noexcept {
    auto held = held_.load(std::memory_order_relaxed);
    auto stacked = head_.load(std::memory_order_relaxed) >> 48;
    auto in_place = in_place_.load(std::memory_order_relaxed);
    return held + stacked - (in_place && stacked > 0 ? 1 : 0);
  }

  /// Number of control messages that wait, if it is below 65,280.
  uint32_t control_waiting() const noexcept {
    // In this order, since no more are taken than were pushed.
    auto taken = control_taken_.load(std::memory_order_relaxed);
    auto pushed = control_.load(std::memory_order_relaxed);
    auto result = static_cast<uint16_t>(pushed - taken);
    // What is put back may count twice for a moment.
    constexpr uint16_t less_than_none = 0xFF00;
    return result < less_than_none ? result : 0;
  }

  bool is_closed() const noexcept {
    return head_.load(std::memory_order_relaxed) == closed;
  }

  // -- the cell only ----------------------------------------------------------

  /// Takes the next message: control first, then data. The one taken before
  /// must have been settled.
  pointer next() noexcept {
    if (control_.load(std::memory_order_relaxed) != control_seen_)
      fetch();
    if (auto x = first())
      return x;
    auto head = head_.load(std::memory_order_acquire);
    if (head >> 48 == 1) {
      auto x = to_pointer(head);
      if (is_control(*x)) {
        ++control_seen_;
        take_control(1);
      }
      in_place_.store(true, std::memory_order_relaxed);
      return x;
    }
    return fetch() ? first() : nullptr;
  }

  /// Takes the message in work out of the stack if it is still there. Must be
  /// called before the message is destroyed or put anywhere else.
  void settle() noexcept {
    if (in_place_.load(std::memory_order_relaxed))
      fetch();
  }

  /// Whether the message in work is all there is, so that `settle_and_block` is
  /// worth a try.
  bool is_last() const noexcept {
    return in_place_.load(std::memory_order_relaxed)
           && head_.load(std::memory_order_relaxed) >> 48 == 1 && data_.empty()
           && urgent_.empty();
  }

  /// Settles the message in work and falls asleep.
  /// @returns `false` if a message has arrived meanwhile.
  /// @pre `is_last()` was true.
  bool settle_and_block() noexcept {
    auto head = head_.load(std::memory_order_relaxed);
    if (head >> 48 == 1) {
      // Cleared first: whoever wakes the cell may run it at once.
      in_place_.store(false, std::memory_order_relaxed);
      if (head_.compare_exchange_strong(head, blocked))
        return true;
      in_place_.store(true, std::memory_order_relaxed);
    }
    fetch();
    return false;
  }

  /// Takes the oldest data message from `sender`, if any: what a notice that
  /// `sender` is down must not overtake.
  pointer next_from(const caf::actor_control_block* sender) noexcept {
    fetch();
    auto x = data_.extract_first([sender](const caf::mailbox_element& y) {
      return y.sender.get() == sender;
    });
    if (x != nullptr)
      hold(-1);
    return x;
  }

  void put_back(pointer x) noexcept {
    hold(1);
    if (is_control(*x))
      take_control(-1);
    (is_control(*x) ? urgent_ : data_).push_front(x);
  }

  /// @returns `false` if there are messages.
  bool try_block() noexcept {
    if (!data_.empty() || !urgent_.empty())
      return false;
    uint64_t expected = 0;
    return head_.compare_exchange_strong(expected, blocked);
  }

  /// Messages that were skipped.
  struct aside {
    envelope_list data;
    envelope_list urgent;
  };

  /// Sets a message aside until another one has been handled.
  void skip(aside& to, pointer x) noexcept {
    hold(1);
    if (is_control(*x))
      take_control(-1);
    (is_control(*x) ? to.urgent : to.data).push_back(x);
  }

  /// Puts what was set aside in front again.
  void unskip(aside& from) noexcept {
    data_.splice_front(from.data);
    urgent_.splice_front(from.urgent);
  }

  /// Ends the mailbox and moves all that waits into `rest`: control first, then
  /// data in order. Later pushes are refused.
  void close(envelope_list& rest) noexcept;

  /// Moves the stack into the private lanes, without the message in work.
  /// @returns `true` if there was something.
  bool fetch() noexcept {
    if (head_.load(std::memory_order_relaxed) <= closed)
      return false;
    return sort(head_.exchange(0, std::memory_order_acquire));
  }

private:
  static constexpr uint64_t blocked = 1;
  static constexpr uint64_t closed = 2;

  static pointer to_pointer(uint64_t x) noexcept {
    return reinterpret_cast<pointer>(x & 0x0000'FFFF'FFFF'FFFF);
  }

  bool sort(uint64_t stack) noexcept;

  pointer first() noexcept {
    auto x = urgent_.pop_front();
    if (x != nullptr)
      take_control(1);
    else
      x = data_.pop_front();
    if (x != nullptr)
      hold(-1);
    return x;
  }

  /// Books messages that enter or leave the private lanes.
  void hold(int n) noexcept {
    held_.store(held_.load(std::memory_order_relaxed)
                    + static_cast<uint32_t>(n),
                std::memory_order_relaxed);
  }

  /// Books control messages that are taken up, or put back.
  void take_control(int n) noexcept {
    control_taken_.store(control_taken_.load(std::memory_order_relaxed)
                             + static_cast<uint16_t>(n),
                         std::memory_order_relaxed);
  }

  // Written by senders.
  std::atomic<uint64_t> head_ = 0;
  std::atomic<uint32_t> control_ = 0;

  // Written by the cell only.
  uint32_t control_seen_ = 0;
  envelope_list data_;
  envelope_list urgent_;
  std::atomic<uint32_t> held_ = 0;
  std::atomic<uint16_t> control_taken_ = 0;
  /// Whether the message in work is still at the bottom of the stack.
  std::atomic<bool> in_place_ = false;
};

} // namespace troupe::detail
