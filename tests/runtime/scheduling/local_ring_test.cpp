// SPDX-License-Identifier: Apache-2.0

#include "scheduling/local_ring.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace {

using ring = troupe::local_ring<int, 8>;

TEST(LocalRing, ElementsLeaveInTheOrderTheyCame) {
  ring uut;
  for (int i = 1; i <= 5; ++i)
    EXPECT_TRUE(uut.push(i));
  EXPECT_EQ(uut.size(), 5u);
  for (int i = 1; i <= 5; ++i) {
    int x = 0;
    EXPECT_TRUE(uut.pop(x));
    EXPECT_EQ(x, i);
  }
  int x = 0;
  EXPECT_FALSE(uut.pop(x));
  EXPECT_TRUE(uut.empty());
}

TEST(LocalRing, FullRingRefusesAndTakesAgainAfterOneLeft) {
  ring uut;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 8; ++i)
      EXPECT_TRUE(uut.push(i));
    EXPECT_FALSE(uut.push(9));
    int x = 0;
    EXPECT_TRUE(uut.pop(x));
    EXPECT_TRUE(uut.push(9));
    while (uut.pop(x))
      ; // nop
  }
}

TEST(LocalRing, ThiefTakesTheOlderHalfRoundedUp) {
  struct row {
    int filled;
    uint32_t stolen;
  };
  for (auto [filled, stolen] :
       {row{0, 0}, row{1, 1}, row{2, 1}, row{3, 2}, row{7, 4}, row{8, 4}}) {
    ring from;
    ring to;
    for (int i = 0; i < filled; ++i)
      from.push(i);
    EXPECT_EQ(from.steal_into(to), stolen);
    EXPECT_EQ(to.size(), stolen);
    EXPECT_EQ(from.size(), filled - stolen);
    int x = -1;
    for (uint32_t i = 0; i < stolen; ++i) {
      EXPECT_TRUE(to.pop(x));
      EXPECT_EQ(x, static_cast<int>(i));
    }
  }
}

TEST(LocalRing, EachElementIsTakenOnceUnderConcurrentThieves) {
  constexpr int total = 200'000;
  troupe::local_ring<int, 64> uut;
  std::vector<std::atomic<int>> taken(total);
  std::atomic<bool> done = false;
  auto thief = [&] {
    troupe::local_ring<int, 64> mine;
    int x = 0;
    while (!done.load() || !uut.empty())
      if (uut.steal_into(mine) > 0)
        while (mine.pop(x))
          ++taken[static_cast<size_t>(x)];
  };
  std::thread first{thief};
  std::thread second{thief};
  int x = 0;
  for (int i = 0; i < total;) {
    if (uut.push(i))
      ++i;
    else if (uut.pop(x))
      ++taken[static_cast<size_t>(x)];
  }
  while (uut.pop(x))
    ++taken[static_cast<size_t>(x)];
  done = true;
  first.join();
  second.join();
  for (auto& n : taken)
    ASSERT_EQ(n.load(), 1);
}

} // namespace
