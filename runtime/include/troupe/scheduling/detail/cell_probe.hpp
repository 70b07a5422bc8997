// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "caf/mailbox_element.hpp"

#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/ticks.hpp"

namespace troupe::detail {

/// A counter with one writer and any number of readers.
class counter {
public:
  void bump() noexcept {
    x_.store(x_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  uint64_t value() const noexcept {
    return x_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<uint64_t> x_ = 0;
};

/// The last messages of a cell: written by the cell, read by anybody.
class envelope_ring {
public:
  /// @pre `capacity` is a power of two.
  static envelope_ring* make(size_t capacity);

  static void destroy(envelope_ring* x) noexcept;

  void record(uint64_t now, const caf::mailbox_element& x) noexcept {
    auto n = written_.load(std::memory_order_relaxed);
    auto& slot = slots()[n & (capacity_ - 1)];
    auto& content = x.content();
    auto size = content.size();
    slot.began.store(0, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    slot.sender.store(x.sender ? x.sender->id() : caf::invalid_actor_id,
                      std::memory_order_relaxed);
    slot.mid.store(x.mid.integer_value(), std::memory_order_relaxed);
    slot.size.store(size, std::memory_order_relaxed);
    if (size != 0)
      record_type(content, slot);
    slot.began.store(now, std::memory_order_release);
    written_.store(n + 1, std::memory_order_release);
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
    auto [nr, info] = content.type(0);
    auto atom = nr == caf::type_nr<caf::atom_value>::value
                    ? *static_cast<const caf::atom_value*>(content.get(0))
                    : caf::atom_value{};
    slot.type.store(nr != 0 ? nr : reinterpret_cast<uintptr_t>(info),
                    std::memory_order_relaxed);
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
class cell_probe {
public:
  virtual cell_stats stats() const = 0;

  virtual std::vector<envelope_record> history() const = 0;

  /// Set as soon as somebody has asked the cell to exit.
  virtual const std::atomic<bool>& exit_requested() const noexcept = 0;

  virtual cell_core& core() noexcept = 0;

protected:
  ~cell_probe() = default;
};

} // namespace troupe::detail
