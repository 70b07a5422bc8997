// SPDX-License-Identifier: Apache-2.0

// Set TROUPE_TEST_SEED to repeat one tree.

#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "runtime/supervision/random_tree.hpp"
#include "troupe/testing/explore.hpp"

namespace troupe {

namespace {

constexpr size_t trees = 500;
constexpr size_t steps = 2'000;

void add(test::tree_totals& x, const test::tree_totals& y) {
  x.steps += y.steps;
  x.starts += y.starts;
  x.failures += y.failures;
  x.restarts += y.restarts;
  x.escalations += y.escalations;
  x.answers += y.answers;
  x.retries += y.retries;
}

uint64_t fingerprint(uint64_t seed) {
  test::random_tree tree{seed};
  tree.run(steps);
  tree.finish();
  return tree.fingerprint();
}

} // namespace

TEST(RandomTree, KeepsWhatSupervisionPromises) {
  test::tree_totals totals;
  explore(trees, [&](uint64_t seed) {
    test::random_tree tree{seed};
    tree.run(steps);
    tree.finish();
    add(totals, tree.totals());
  });
  std::cout << totals.steps << " steps, " << totals.starts << " starts, "
            << totals.failures << " failures, " << totals.restarts
            << " restarts, " << totals.escalations << " escalations, "
            << totals.answers << " answers, " << totals.retries
            << " messages again\n";
  if (std::getenv("TROUPE_TEST_SEED"))
    return;
  // The trees must not be so harsh or so kind that nothing is tried.
  EXPECT_GT(totals.steps, 100'000u);
  EXPECT_GT(totals.restarts, 1'000u);
  EXPECT_GT(totals.escalations, 50u);
  EXPECT_GT(totals.answers, 1'000u);
  EXPECT_GT(totals.retries, 50u);
}

TEST(RandomTree, EqualSeedsGiveEqualRuns) {
  explore(5, [](uint64_t seed) {
    EXPECT_EQ(fingerprint(seed), fingerprint(seed));
  });
}

} // namespace troupe
