// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

namespace troupe::detail {

/// Memory blocks of one size for all threads, in batches.
///
/// Blocks are cut from regions of 2 MiB that come from the operating system and
/// go back to it as soon as all their blocks are back, but for one: an
/// allocator that serves all sizes from one heap can neither grow as cheaply
/// nor give back as much. A bounded number of batches waits for the next taker.
/// Thread-safe.
class block_store {
public:
  struct block {
    block* next;
  };

  /// Blocks that pass between threads at once.
  static constexpr size_t batch = 32;

  block_store() = default;

  block_store(const block_store&) = delete;

  block_store& operator=(const block_store&) = delete;

  ~block_store();

  /// Sets the size of a block: at least 16, at most 64 KiB, a multiple of 16.
  /// Before anything else.
  void block_bytes(size_t x) noexcept {
    block_bytes_ = x;
  }

  /// Returns a list of `batch` blocks. Throws `std::bad_alloc`.
  block* get();

  /// Returns one block. Throws `std::bad_alloc`.
  void* get_one();

  /// Takes a list of `batch` blocks from `get`, to be handed out again soon.
  void put(block* xs) noexcept;

  /// Takes a list of any length, also none, for good.
  void put_back(block* xs) noexcept;

  /// Returns the number of regions that are in use.
  size_t regions() const;

private:
  /// Batches that wait, 1 MiB of 1 KiB blocks.
  static constexpr size_t max_waiting = 32;

  struct region;

  block* cut_one();

  region* add_region();

  void take_back(block* xs) noexcept;

  static region* region_of(void* ptr) noexcept;

  mutable std::mutex mtx_;
  size_t block_bytes_ = 16;
  std::vector<block*> waiting_;
  /// Regions with free blocks, doubly linked.
  region* open_ = nullptr;
  size_t regions_ = 0;
};

} // namespace troupe::detail
