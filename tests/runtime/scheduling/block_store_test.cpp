// SPDX-License-Identifier: Apache-2.0

#include "scheduling/block_store.hpp"

#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace {

using troupe::detail::block_store;

/// Takes `n` batches and returns their blocks one by one.
std::vector<block_store::block*> take(block_store& store, size_t n) {
  std::vector<block_store::block*> result;
  for (size_t i = 0; i < n; ++i)
    for (auto x = store.get(); x != nullptr; x = x->next)
      result.push_back(x);
  return result;
}

/// Gives blocks back for good.
void give_back(block_store& store, std::vector<block_store::block*>& xs) {
  for (auto x : xs) {
    x->next = nullptr;
    store.put_back(x);
  }
  xs.clear();
}

TEST(BlockStore, BlocksOfABatchAreDistinctAndWhole) {
  constexpr size_t bytes = 48;
  block_store store;
  store.block_bytes(bytes);
  auto xs = take(store, 3);
  ASSERT_EQ(xs.size(), 3 * block_store::batch);
  std::set<uintptr_t> begins;
  for (auto x : xs) {
    begins.insert(reinterpret_cast<uintptr_t>(x));
    std::memset(static_cast<void*>(x), 0xFF, bytes);
  }
  ASSERT_EQ(begins.size(), xs.size());
  auto previous = *begins.begin();
  for (auto i = std::next(begins.begin()); i != begins.end(); ++i) {
    EXPECT_GE(*i - previous, bytes);
    previous = *i;
  }
  give_back(store, xs);
}

TEST(BlockStore, MemoryGoesBackToTheSystemButForOneRegion) {
  block_store store;
  store.block_bytes(1'024);
  auto xs = take(store, 400); // 12.5 MiB
  EXPECT_GE(store.regions(), 6u);
  give_back(store, xs);
  EXPECT_EQ(store.regions(), 1u);
  // What is left is used again.
  xs = take(store, 10);
  EXPECT_EQ(store.regions(), 1u);
  give_back(store, xs);
}

TEST(BlockStore, OrderOfReturnDoesNotMatter) {
  block_store store;
  store.block_bytes(4'096);
  for (size_t step : {1, 7, 31}) {
    auto xs = take(store, 64); // 8 MiB
    for (size_t offset = 0; offset < step; ++offset)
      for (size_t i = offset; i < xs.size(); i += step) {
        xs[i]->next = nullptr;
        store.put_back(xs[i]);
      }
    EXPECT_EQ(store.regions(), 1u) << "in steps of " << step;
  }
}

TEST(BlockStore, ABatchThatWaitsIsHandedOutNext) {
  block_store store;
  auto first = store.get();
  store.put(first);
  auto second = store.get();
  EXPECT_EQ(first, second);
  store.put(second);
}

TEST(BlockStore, SingleBlocksAndBatchesMix) {
  block_store store;
  store.block_bytes(64);
  std::vector<block_store::block*> singles;
  for (int i = 0; i < 1'000; ++i)
    singles.push_back(new (store.get_one()) block_store::block{nullptr});
  auto batches = take(store, 10);
  std::set<block_store::block*> all{singles.begin(), singles.end()};
  all.insert(batches.begin(), batches.end());
  EXPECT_EQ(all.size(), singles.size() + batches.size());
  give_back(store, singles);
  give_back(store, batches);
}

TEST(BlockStore, ThreadsPassBlocksOn) {
  block_store store;
  store.block_bytes(128);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 200; ++round) {
        // Blocks of one thread are not those of another one.
        auto xs = take(store, 3);
        for (auto x : xs)
          std::memset(static_cast<void*>(x), i, 128);
        for (auto x : xs)
          EXPECT_EQ(reinterpret_cast<const char*>(x)[127], i);
        give_back(store, xs);
        auto batch = store.get();
        store.put(batch);
      }
    });
  for (auto& x : threads)
    x.join();
}

} // namespace
