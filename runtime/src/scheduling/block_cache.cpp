// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/block_cache.hpp"

#include <array>
#include <new>

#include "scheduling/block_store.hpp"

namespace troupe::detail::block_cache {

namespace {

constexpr size_t step_bytes = 16;
constexpr size_t classes = 256;

constexpr size_t class_of(size_t bytes) {
  return (bytes + step_bytes - 1) / step_bytes - 1;
}

constexpr size_t bytes_of(size_t index) {
  return (index + 1) * step_bytes;
}

static_assert(class_of(16) == 0 && class_of(17) == 1 && class_of(32) == 1);
static_assert(class_of(bytes_of(classes - 1)) == classes - 1);

/// Under the address sanitizer every block comes from the allocator, so that
/// it sees who uses a block that was given back.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool recycles = false;
#else
constexpr bool recycles = true;
#endif

/// Never destroyed: threads may outlive static destructors.
block_store& store(size_t index) {
  static auto& instance = *[] {
    auto result = new std::array<block_store, classes>;
    for (size_t i = 0; i < classes; ++i)
      (*result)[i].block_bytes(bytes_of(i));
    return result;
  }();
  return instance[index];
}

/// Up to two batches of one size.
struct local_list {
  block_store::block* head = nullptr;
  size_t size = 0;
  /// A full batch, besides `head`.
  block_store::block* spare = nullptr;
};

class local_store {
public:
  ~local_store() {
    for (size_t i = 0; i < classes; ++i) {
      store(i).put_back(lists_[i].head);
      store(i).put_back(lists_[i].spare);
    }
    gone = true;
  }

  void* take(size_t index) {
    auto& x = lists_[index];
    if (x.head == nullptr) {
      x.head = x.spare != nullptr ? x.spare : store(index).get();
      x.spare = nullptr;
      x.size = block_store::batch;
    }
    auto result = x.head;
    x.head = result->next;
    --x.size;
    return result;
  }

  void give(size_t index, void* ptr) noexcept {
    auto& x = lists_[index];
    if (x.size == block_store::batch) {
      if (x.spare != nullptr)
        store(index).put(x.spare);
      x.spare = x.head;
      x.head = nullptr;
      x.size = 0;
    }
    x.head = new (ptr) block_store::block{x.head};
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
  if (!recycles || index >= classes)
    return ::operator new(bytes);
  if (auto mine = local())
    return mine->take(index);
  return store(index).get_one();
}

void release(void* ptr, size_t bytes) noexcept {
  auto index = class_of(bytes);
  if (!recycles || index >= classes)
    ::operator delete(ptr);
  else if (auto mine = local())
    mine->give(index, ptr);
  else
    store(index).put_back(new (ptr) block_store::block{nullptr});
}

} // namespace troupe::detail::block_cache
