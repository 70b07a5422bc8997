// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/block_cache.hpp"

#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace cache = troupe::detail::block_cache;

/// A block whose every byte has been written.
void* filled(size_t bytes) {
  auto result = cache::allocate(bytes);
  std::memset(result, static_cast<int>(bytes % 251), bytes);
  return result;
}

bool still_filled(const void* ptr, size_t bytes) {
  auto first = static_cast<const unsigned char*>(ptr);
  for (size_t i = 0; i < bytes; ++i)
    if (first[i] != bytes % 251)
      return false;
  return true;
}

TEST(BlockCache, EveryByteOfEverySizeMayBeUsed) {
  // Recycled blocks serve several sizes, larger ones come straight from the
  // allocator; the address sanitizer looks at the ends.
  for (int round = 0; round < 2; ++round)
    for (size_t bytes = 1; bytes <= 5'000; ++bytes) {
      auto ptr = filled(bytes);
      ASSERT_TRUE(still_filled(ptr, bytes)) << bytes;
      cache::release(ptr, bytes);
    }
}

TEST(BlockCache, BlocksInUseDoNotOverlap) {
  std::vector<std::pair<void*, size_t>> blocks;
  for (int i = 0; i < 20; ++i)
    for (size_t bytes : {8, 9, 24, 25, 40, 200, 1'000})
      blocks.emplace_back(filled(bytes), bytes);
  for (auto [ptr, bytes] : blocks)
    EXPECT_TRUE(still_filled(ptr, bytes)) << bytes;
  for (auto [ptr, bytes] : blocks)
    cache::release(ptr, bytes);
}

// Under the address sanitizer each block comes from the allocator.
#ifndef __SANITIZE_ADDRESS__
TEST(BlockCache, AReleasedBlockIsHandedOutAgain) {
  auto first = cache::allocate(600);
  cache::release(first, 600);
  auto second = cache::allocate(600);
  EXPECT_EQ(first, second);
  cache::release(second, 600);
}
#endif

TEST(BlockCache, BlocksMayBeReleasedByOtherThreads) {
  constexpr size_t bytes = 300;
  constexpr int rounds = 20;
  // One thread only allocates, the other only releases.
  for (int round = 0; round < rounds; ++round) {
    std::vector<void*> blocks;
    std::thread{[&] {
      for (int i = 0; i < 500; ++i)
        blocks.push_back(filled(bytes));
    }}.join();
    EXPECT_EQ(std::set<void*>(blocks.begin(), blocks.end()).size(),
              blocks.size());
    for (auto ptr : blocks) {
      EXPECT_TRUE(still_filled(ptr, bytes));
      cache::release(ptr, bytes);
    }
  }
}

} // namespace
