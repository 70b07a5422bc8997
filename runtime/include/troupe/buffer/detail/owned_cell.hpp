// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "caf/error.hpp"

#include "troupe/buffer/detail/segment.hpp"

namespace troupe::detail {

/// A part of a segment that may be written to.
class owned_part {
public:
  owned_part() noexcept = default;

  explicit owned_part(segment_part x) noexcept : part_(std::move(x)) {
    if (part_.memory)
      part_.memory->add_writer();
  }

  owned_part(owned_part&& x) noexcept : part_(std::exchange(x.part_, {})) {
    // nop
  }

  owned_part& operator=(owned_part&& x) noexcept {
    std::swap(part_, x.part_);
    return *this;
  }

  ~owned_part() {
    release();
  }

  explicit operator bool() const noexcept {
    return part_.memory != nullptr;
  }

  const segment_part& get() const noexcept {
    return part_;
  }

  /// Gives up writing.
  segment_part release() noexcept {
    if (part_.memory)
      part_.memory->drop_writer();
    return std::exchange(part_, {});
  }

private:
  segment_part part_;
};

/// Where the copies of a message have their owned buffer in common, until one
/// of them takes it out. Thread-safe.
class owned_cell {
public:
  explicit owned_cell(owned_part x) noexcept : content_(std::move(x)) {
    // nop
  }

  /// Returns nothing if the part is lent.
  owned_part take() {
    std::lock_guard guard{mtx_};
    return lent_ ? owned_part{} : std::move(content_);
  }

  /// Returns the part, which nobody else has unless others have the cell.
  segment_part peek() const {
    std::lock_guard guard{mtx_};
    return lent_ ? segment_part{} : content_.get();
  }

  /// Calls `f` with the part; nobody takes it meanwhile.
  template <class F>
  auto visit(F f) const {
    std::lock_guard guard{mtx_};
    return f(lent_ ? segment_part{} : content_.get());
  }

  /// Returns the part for another process to have. From then on the cell is as
  /// if it was empty.
  segment_part lend() {
    std::lock_guard guard{mtx_};
    return std::exchange(lent_, true) ? segment_part{} : content_.get();
  }

  /// The other process is gone, and had not looked at what it was lent.
  void reclaim() {
    std::lock_guard guard{mtx_};
    lent_ = false;
  }

private:
  mutable std::mutex mtx_;
  owned_part content_;
  bool lent_ = false;
};

/// An owned buffer without the type of its elements.
class owned_handle {
public:
  owned_handle() noexcept = default;

  explicit owned_handle(owned_part x)
      : cell_(std::make_shared<owned_cell>(std::move(x))) {
    // nop
  }

  owned_handle(owned_handle&&) noexcept = default;
  owned_handle& operator=(owned_handle&&) noexcept = default;

  /// Only for copies of messages: both have the content until one takes it.
  owned_handle(const owned_handle&) noexcept = default;

  ~owned_handle() = default;

  bool has_memory() const;

  size_t bytes() const;

  /// Returns the memory, which belongs to nobody else from here on; null if
  /// somebody else has taken it.
  segment_part own();

  /// Takes the content out, for good.
  owned_part take() const;

  /// Returns where the content is; null if there was never any.
  const std::shared_ptr<owned_cell>& cell() const noexcept {
    return cell_;
  }

  /// Calls `f` with the part; nobody takes it meanwhile.
  template <class F>
  auto visit(F f) const {
    return cell_ ? cell_->visit(std::move(f)) : f(segment_part{});
  }

private:
  std::shared_ptr<owned_cell> cell_;
};

/// Splits a part in two, of which the first has `bytes`.
/// @pre `x` has at least so many.
std::pair<owned_part, owned_part> split(owned_part x, size_t bytes);

/// Whether the second begins where the first ends, in the same memory.
bool adjacent(const segment_part& x, const segment_part& y) noexcept;

/// Returns `errc::not_adjacent`.
caf::error not_adjacent(const segment_part& x, const segment_part& y);

} // namespace troupe::detail
