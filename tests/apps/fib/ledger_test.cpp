// SPDX-License-Identifier: Apache-2.0

#include "ledger.hpp"

#include <gtest/gtest.h>

namespace fib_app {

using namespace std::chrono_literals;

namespace {

result_batch batch(std::vector<task_result> results) {
  return {{caf::node_id{}}, std::move(results), {}};
}

} // namespace

TEST(Ledger, CountsWhatEachWorkerDid) {
  ledger x{{10, 11, 12}};
  x.book(batch({{0, 55, 1ms, 0}}));
  x.book(batch({{2, 144, 3ms, 0}, {1, 89, 2ms, 1}}));
  EXPECT_EQ(x.answered(), 3u);
  EXPECT_EQ(x.missing(), 0u);
  ASSERT_EQ(x.workers().size(), 2u);
  EXPECT_EQ(x.workers()[0].tasks, 2u);
  EXPECT_EQ(x.workers()[0].busy, caf::timespan{4ms});
  EXPECT_EQ(x.workers()[1].tasks, 1u);
  EXPECT_EQ(x.wrong(), 0u);
  EXPECT_EQ(x.repeated(), 0u);
}

TEST(Ledger, CountsAWrongResult) {
  ledger x{{10}};
  x.book(batch({{0, 56, 1ms, 0}}));
  EXPECT_EQ(x.wrong(), 1u);
  EXPECT_EQ(x.missing(), 0u);
}

TEST(Ledger, CountsASecondAnswerAndKeepsTheFirst) {
  ledger x{{10, 11}};
  x.book(batch({{0, 55, 1ms, 0}, {0, 55, 9ms, 0}}));
  EXPECT_EQ(x.repeated(), 1u);
  EXPECT_EQ(x.missing(), 1u);
  EXPECT_EQ(x.answers()[0]->elapsed, caf::timespan{1ms});
  EXPECT_EQ(x.workers()[0].tasks, 1u);
}

TEST(Ledger, CountsATaskThatFailedAsMissingAndSettled) {
  ledger x{{10, 11}};
  x.book({{}, {}, {{1, "worker_lost"}, {0, "pool_stopped"}}});
  EXPECT_EQ(x.missing(), 2u);
  EXPECT_EQ(x.settled(), 2u);
  EXPECT_EQ(x.first_failure(), "worker_lost");
}

TEST(Ledger, CountsAnAnswerToNoTaskAsWrong) {
  ledger x{{10}};
  x.book(batch({{7, 55, 1ms, 0}}));
  EXPECT_EQ(x.wrong(), 1u);
  EXPECT_EQ(x.missing(), 1u);
}

} // namespace fib_app
