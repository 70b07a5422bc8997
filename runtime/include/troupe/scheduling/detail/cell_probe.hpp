// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "caf/mailbox_element.hpp"
#include "caf/type_nr.hpp"

#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/detail/start_record.hpp"
#include "troupe/scheduling/detail/turn.hpp"
#include "troupe/scheduling/ticks.hpp"

namespace troupe::detail {

/// A counter with one writer and any number of readers.
class counter {
public:
  void bump(uint64_t n = 1) noexcept {
    x_.store(x_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  uint64_t value() const noexcept {
    return x_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<uint64_t> x_ = 0;
};

/// How often something took how long, booked and read by any thread. What
/// belongs into the first bucket is not counted.
class duration_counts {
public:
  void add(uint64_t ticks) noexcept {
    if (ticks < short_run) [[likely]]
      return;
    auto i = run_time_histogram::bucket_of(ticks::to_rough_ns(ticks));
    if (i == 0)
      return;
    auto& x = counts_[i - 1];
    x.fetch_add(1, std::memory_order_relaxed);
  }

  /// @param total How many there were.
  run_time_histogram read(uint64_t total) const noexcept {
    run_time_histogram result;
    uint64_t longer = 0;
    for (size_t i = 1; i < result.size; ++i) {
      result.counts[i] = counts_[i - 1].load(std::memory_order_relaxed);
      longer += result.counts[i];
    }
    result.counts[0] =
        static_cast<uint32_t>(total > longer ? total - longer : 0);
    return result;
  }

private:
  std::array<std::atomic<uint32_t>, run_time_histogram::size - 1> counts_ = {};
};

/// What a cell has done, and its last messages: written by the cell, read by
/// anybody.
class envelope_ring {
public:
  counter handled;
  counter skipped;

  /// Ticks spent on messages: on short ones, estimated; and on others.
  counter short_ticks;
  std::atomic<uint64_t> long_ticks = 0;

  /// How long messages took, and how long a sample of them had waited.
  duration_counts run_times;
  duration_counts wait_times;
  counter waits;

  /// @pre `capacity` is a power of two, or zero.
  static envelope_ring* make(size_t capacity);

  static void destroy(envelope_ring* x) noexcept;

  /// Books that a message took so many ticks.
  void ran(uint64_t ticks) noexcept {
    if (ticks < short_run) [[likely]]
      short_ticks.bump(ticks);
    else
      ran_long(ticks);
  }

  /// As above, of one that was not short. Any thread.
  void ran_long(uint64_t ticks) noexcept {
    long_ticks.fetch_add(ticks, std::memory_order_relaxed);
    run_times.add(ticks);
  }

  /// Books that one of the sample had waited so long.
  void waited(uint64_t ticks) noexcept {
    waits.bump();
    wait_times.add(ticks);
  }

  void record(uint64_t now, const caf::mailbox_element& x,
              const caf::type_erased_tuple& content, uint32_t token) noexcept {
    auto n = written_.load(std::memory_order_relaxed);
    auto& slot = slots()[n & (capacity_ - 1)];
    slot.began.store(0, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    slot.sender.store(x.sender ? x.sender->id() : caf::invalid_actor_id,
                      std::memory_order_relaxed);
    slot.mid.store(x.mid.integer_value(), std::memory_order_relaxed);
    if (auto size = size_from_token(token)) {
      slot.size.store(*size, std::memory_order_relaxed);
      auto nr = *size > 0 ? (token >> 6 * (*size - 1)) & 0x3F : 0;
      if (nr == caf::type_nr<caf::atom_value>::value || nr == 0)
        record_type(content, slot);
      else
        record_type(nr, {}, slot);
    } else {
      slot.size.store(content.size(), std::memory_order_relaxed);
      record_type(content, slot);
    }
    slot.began.store(now, std::memory_order_release);
    written_.store(n + 1, std::memory_order_release);
  }

  /// Returns how many elements a message with this token has, if the token
  /// tells: it has 6 bits for each of the last five, and ones in front.
  static constexpr std::optional<uint32_t>
  size_from_token(uint32_t token) noexcept {
    static_assert(caf::type_nrs < 0x30, "a type's bits may begin with 10");
    auto ones = static_cast<uint32_t>(std::countl_one(token));
    if (ones < 8)
      return std::nullopt;
    return (32 - ones + 5) / 6;
  }

  std::vector<envelope_record> snapshot() const;

private:
  struct slot_type {
    std::atomic<uint64_t> began;
    std::atomic<uint64_t> sender;
    std::atomic<uint64_t> mid;
    /// CAF's number of a built-in type, or else a `std::type_info*`.
    std::atomic<uintptr_t> type;
    /// The value if the first element is an atom.
    std::atomic<uint64_t> atom;
    std::atomic<uint64_t> size;
  };

  explicit envelope_ring(size_t capacity) noexcept : capacity_(capacity) {
    // nop
  }

  static void record_type(const caf::type_erased_tuple& content,
                          slot_type& slot) noexcept {
    if (content.empty()) {
      record_type(0, {}, slot);
      return;
    }
    auto [nr, info] = content.type(0);
    auto atom = nr == caf::type_nr<caf::atom_value>::value
                    ? *static_cast<const caf::atom_value*>(content.get(0))
                    : caf::atom_value{};
    record_type(nr != 0 ? nr : reinterpret_cast<uintptr_t>(info), atom, slot);
  }

  static void record_type(uintptr_t type, caf::atom_value atom,
                          slot_type& slot) noexcept {
    slot.type.store(type, std::memory_order_relaxed);
    slot.atom.store(static_cast<uint64_t>(atom), std::memory_order_relaxed);
  }

  slot_type* slots() noexcept {
    return reinterpret_cast<slot_type*>(this + 1);
  }

  const slot_type* slots() const noexcept {
    return reinterpret_cast<const slot_type*>(this + 1);
  }

  size_t capacity_;
  std::atomic<uint64_t> written_ = 0;
};

class cell_core;

/// What an observer may ask any cell, whatever its base.
class cell_probe : public started_actor {
public:
  virtual cell_stats stats() const = 0;

  virtual std::vector<envelope_record> history() const = 0;

  virtual cell_core& core() noexcept = 0;

  /// Asks for the message in work to be given up, if it has been in work for at
  /// least so many ticks. Thread-safe.
  /// @returns whether there is such a message.
  virtual bool request_cancel(uint64_t at_least) = 0;

protected:
  ~cell_probe() = default;
};

} // namespace troupe::detail
