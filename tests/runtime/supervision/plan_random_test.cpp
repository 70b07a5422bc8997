// SPDX-License-Identifier: Apache-2.0

// Random trees of supervisors whose children fail at random. Set TROUPE_SEED to
// repeat a run.

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "runtime/supervision/random_node.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using test::node;
using test::world;

uint64_t seed() {
  if (auto text = std::getenv("TROUPE_SEED"))
    return std::strtoull(text, nullptr, 10);
  return std::random_device{}();
}

/// Lets one of the things happen that are under way.
void step(world& w) {
  auto i = static_cast<size_t>(w.below(static_cast<int>(w.pending.size())));
  auto f = std::move(w.pending[i]);
  w.pending[i] = std::move(w.pending.back());
  w.pending.pop_back();
  f();
}

void settle(world& w, node& root) {
  for (int i = 0; i < 1'000'000; ++i) {
    if (!w.pending.empty()) {
      step(w);
    } else if (auto due = root.next_deadline()) {
      w.now = std::max(w.now, *due);
      root.tick();
    } else {
      return;
    }
  }
  FAIL() << "does not come to rest";
}

TEST(RandomHierarchy, KeepsItsPromises) {
  auto number = seed();
  SCOPED_TRACE("TROUPE_SEED=" + std::to_string(number));
  std::mt19937_64 seeds{number};
  uint64_t steps = 0;
  uint64_t restarts = 0;
  while (steps < 100'000) {
    auto tree = seeds();
    SCOPED_TRACE("tree " + std::to_string(tree));
    world w{tree};
    auto root = std::make_shared<node>(w, 0);
    root->begin([](caf::error) {}, [](caf::error) {});
    for (int i = 0; i < 500 && !root->ended(); ++i, ++steps) {
      if (!w.pending.empty() && w.happens(600))
        step(w);
      else if (w.happens(300))
        w.now += w.below(1000) * 1ms;
      else if (auto due = root->next_deadline(); due && *due <= w.now)
        root->tick();
      else
        root->disturb();
      ASSERT_NO_FATAL_FAILURE(root->check());
      if (testing::Test::HasFailure())
        return;
    }
    settle(w, *root);
    root->check_settled();
    root->shut_down();
    settle(w, *root);
    EXPECT_TRUE(root->ended()) << "does not shut down";
    if (testing::Test::HasFailure())
      return;
    restarts += w.restarts;
    ++steps;
  }
  EXPECT_GT(restarts, 1'000u);
}

} // namespace
} // namespace troupe
