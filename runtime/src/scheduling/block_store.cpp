// SPDX-License-Identifier: Apache-2.0

#include "scheduling/block_store.hpp"

#include <cstdint>
#include <new>
#include <utility>

#include "port/pages.hpp"

namespace troupe::detail {

namespace {

constexpr size_t region_bytes = size_t{2} << 20;

} // namespace

/// The beginning of a region, which is aligned to its size.
struct alignas(64) block_store::region {
  region* next;
  region* previous;
  /// Blocks that came back.
  block* free;
  /// Where blocks begin that were never handed out.
  char* fresh;
  size_t handed_out;

  char* end() noexcept {
    return reinterpret_cast<char*>(this) + region_bytes;
  }

  bool full(size_t block_bytes) noexcept {
    return free == nullptr && static_cast<size_t>(end() - fresh) < block_bytes;
  }
};

block_store::region* block_store::region_of(void* ptr) noexcept {
  return reinterpret_cast<region*>(reinterpret_cast<uintptr_t>(ptr)
                                   & ~(region_bytes - 1));
}

block_store::~block_store() {
  for (auto x : waiting_)
    take_back(x);
  while (open_ != nullptr)
    port::unmap_pages(std::exchange(open_, open_->next), region_bytes);
}

block_store::block* block_store::get() {
  std::lock_guard guard{mtx_};
  if (!waiting_.empty()) {
    auto result = waiting_.back();
    waiting_.pop_back();
    return result;
  }
  block* result = nullptr;
  try {
    for (size_t i = 0; i < batch; ++i) {
      auto x = cut_one();
      x->next = result;
      result = x;
    }
  } catch (...) {
    take_back(result);
    throw;
  }
  return result;
}

void* block_store::get_one() {
  std::lock_guard guard{mtx_};
  return cut_one();
}

void block_store::put(block* xs) noexcept {
  std::lock_guard guard{mtx_};
  if (waiting_.capacity() == 0) {
    try {
      waiting_.reserve(max_waiting);
    } catch (const std::bad_alloc&) {
      take_back(xs);
      return;
    }
  }
  if (waiting_.size() < max_waiting)
    waiting_.push_back(xs);
  else
    take_back(xs);
}

void block_store::put_back(block* xs) noexcept {
  if (xs == nullptr)
    return;
  std::lock_guard guard{mtx_};
  take_back(xs);
}

size_t block_store::regions() const {
  std::lock_guard guard{mtx_};
  return regions_;
}

block_store::block* block_store::cut_one() {
  auto from = open_ != nullptr ? open_ : add_region();
  auto result = from->free;
  if (result != nullptr) {
    from->free = result->next;
  } else {
    result = new (from->fresh) block{nullptr};
    from->fresh += block_bytes_;
  }
  ++from->handed_out;
  if (from->full(block_bytes_)) {
    open_ = from->next;
    if (open_ != nullptr)
      open_->previous = nullptr;
  }
  return result;
}

block_store::region* block_store::add_region() {
  // Small programs never get a second region; for large ones, one huge page is
  // cheaper than 512 small ones.
  auto use = regions_ > 0 ? port::page_use::dense : port::page_use::sparse;
  auto memory = port::map_pages(region_bytes, use);
  auto first = static_cast<char*>(memory) + sizeof(region);
  ++regions_;
  open_ = new (memory) region{nullptr, nullptr, nullptr, first, 0};
  return open_;
}

void block_store::take_back(block* xs) noexcept {
  while (xs != nullptr) {
    auto x = std::exchange(xs, xs->next);
    auto to = region_of(x);
    auto was_full = to->full(block_bytes_);
    x->next = to->free;
    to->free = x;
    --to->handed_out;
    if (was_full) {
      to->previous = nullptr;
      to->next = open_;
      if (open_ != nullptr)
        open_->previous = to;
      open_ = to;
    }
    if (to->handed_out > 0 || regions_ == 1)
      continue;
    (to->previous != nullptr ? to->previous->next : open_) = to->next;
    if (to->next != nullptr)
      to->next->previous = to->previous;
    --regions_;
    port::unmap_pages(to, region_bytes);
  }
}

} // namespace troupe::detail
