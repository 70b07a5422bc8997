// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/block_cache.hpp"

#include <array>
#include <mutex>
#include <new>
#include <vector>

namespace troupe::detail::block_cache {

namespace {

constexpr size_t step_bytes = 16;
constexpr size_t classes = 256;
/// Blocks that pass between threads at once.
constexpr size_t batch = 32;
/// Batches of one size that the shared store keeps, 1 MiB of 1 KiB blocks.
constexpr size_t stored_batches = 32;

struct block {
  block* next;
};

/// Sizes of 8, 24, 40 and so on, because glibc hands out exactly these: its
/// blocks are multiples of 16 with a header of 8 bytes.
constexpr size_t class_of(size_t bytes) {
  return (bytes + 7) / step_bytes;
}

constexpr size_t bytes_of(size_t index) {
  return index * step_bytes + 8;
}

static_assert(class_of(8) == 0 && class_of(9) == 1 && class_of(24) == 1);
static_assert(bytes_of(class_of(25)) == 40);

/// A list of `batch` blocks each.
class shared_store {
public:
  bool put(block* xs) {
    std::lock_guard guard{mtx_};
    if (batches_.size() >= stored_batches)
      return false;
    batches_.push_back(xs);
    return true;
  }

  block* get() {
    std::lock_guard guard{mtx_};
    if (batches_.empty())
      return nullptr;
    auto result = batches_.back();
    batches_.pop_back();
    return result;
  }

private:
  std::mutex mtx_;
  std::vector<block*> batches_;
};

/// Never destroyed: threads may outlive static destructors.
shared_store& store(size_t index) {
  static auto& instance = *new std::array<shared_store, classes>;
  return instance[index];
}

void free_all(block* x) noexcept {
  while (x != nullptr) {
    auto next = x->next;
    ::operator delete(x);
    x = next;
  }
}

/// Up to two batches of one size.
struct local_list {
  block* head = nullptr;
  size_t size = 0;
  /// A full batch, besides `head`.
  block* spare = nullptr;
};

class local_store {
public:
  ~local_store() {
    for (auto& x : lists_) {
      free_all(x.head);
      free_all(x.spare);
    }
    gone = true;
  }

  void* take(size_t index) {
    auto& x = lists_[index];
    if (x.head == nullptr) {
      x.head = x.spare != nullptr ? x.spare : store(index).get();
      x.spare = nullptr;
      if (x.head == nullptr)
        return nullptr;
      x.size = batch;
    }
    auto result = x.head;
    x.head = result->next;
    --x.size;
    return result;
  }

  void give(size_t index, void* ptr) noexcept {
    auto& x = lists_[index];
    if (x.size == batch) {
      if (x.spare != nullptr && !store(index).put(x.spare))
        free_all(x.spare);
      x.spare = x.head;
      x.head = nullptr;
      x.size = 0;
    }
    x.head = new (ptr) block{x.head};
    ++x.size;
  }

  /// Set when this thread's store has been destroyed.
  static constinit thread_local bool gone;

private:
  std::array<local_list, classes> lists_;
};

constinit thread_local bool local_store::gone = false;

local_store* local() {
  if (local_store::gone)
    return nullptr;
  static thread_local local_store instance;
  return &instance;
}

} // namespace

void* allocate(size_t bytes) {
  auto index = class_of(bytes);
  if (index < classes)
    if (auto mine = local())
      if (auto ptr = mine->take(index))
        return ptr;
  return ::operator new(index* step_bytes);
}

void release(void* ptr, size_t bytes) noexcept {
  auto index = class_of(bytes);
  auto mine = index < classes ? local() : nullptr;
  if (mine != nullptr)
    mine->give(index, ptr);
  else
    ::operator delete(ptr);
}

} // namespace troupe::detail::block_cache
