// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/cores.hpp"

#include <thread>

#include <gtest/gtest.h>
#include <sched.h>

namespace troupe {

TEST(Cores, OnlyCoresThatTheThreadMayUseCount) {
  size_t before = usable_cores();
  size_t pinned = 0;
  std::thread{[&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    pinned = usable_cores();
  }}.join();
  EXPECT_EQ(pinned, 1u);
  EXPECT_EQ(usable_cores(), before);
  EXPECT_GE(before, 1u);
}

} // namespace troupe
