// SPDX-License-Identifier: Apache-2.0

// Both sides of a lease.

#include "remote/lease.hpp"

#include <random>

#include <gtest/gtest.h>

#include "remote/loan_book.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

using clock = std::chrono::steady_clock;

constexpr auto start = clock::time_point{} + 1h;

caf::node_id id_of(uint32_t number) {
  caf::node_id::default_data::host_id_type host;
  host.fill(1);
  return caf::make_node_id(number, host);
}

} // namespace

TEST(Lease, CountsFromTheMomentOfAsking) {
  lease x;
  EXPECT_FALSE(x.holds(start));
  x.asked(start);
  EXPECT_TRUE(x.pending());
  EXPECT_FALSE(x.holds(start));
  // The answer may come at any time.
  x.granted(5s);
  EXPECT_FALSE(x.pending());
  EXPECT_TRUE(x.holds(start + 4999ms));
  EXPECT_FALSE(x.holds(start + 5s));
}

TEST(Lease, IsNotShortenedByALaterGrant) {
  lease x;
  x.asked(start);
  x.granted(10s);
  x.asked(start + 1s);
  x.granted(2s);
  EXPECT_EQ(x.until(), start + 10s);
}

TEST(Lease, ARefusalLeavesWhatWasGranted) {
  lease x;
  x.asked(start);
  x.granted(5s);
  x.asked(start + 1s);
  x.refused();
  EXPECT_FALSE(x.pending());
  EXPECT_TRUE(x.holds(start + 4s));
}

TEST(LoanBook, WhatRunsIsNoFormerIncarnation) {
  loan_book x{5s};
  x.lent("child", id_of(1), "a");
  EXPECT_FALSE(x.former("child", start));
}

TEST(LoanBook, WhatWasLostIsOverOneLeaseAndATenthAfterTheLastGrant) {
  loan_book x{5s};
  x.granted(id_of(1), start);
  x.lent("child", id_of(1), "a");
  x.lost(id_of(1), start + 1s);
  auto former = x.former("child", start + 5499ms);
  ASSERT_TRUE(former);
  EXPECT_EQ(former->node, "a");
  EXPECT_FALSE(former->over);
  EXPECT_EQ(x.next_deadline(start + 1s), start + 5500ms);
  EXPECT_TRUE(x.former("child", start + 5500ms)->over);
  EXPECT_FALSE(x.next_deadline(start + 5500ms));
}

TEST(LoanBook, ALossThatIsFoundLaterThanTheLeaseIsOverAtOnce) {
  loan_book x{5s};
  x.granted(id_of(1), start);
  x.lent("child", id_of(1), "a");
  x.lost(id_of(1), start + 1min);
  EXPECT_TRUE(x.former("child", start + 1min)->over);
}

TEST(LoanBook, WithoutAGrantNothingCanRun) {
  loan_book x{5s};
  x.lent("child", id_of(1), "a");
  x.lost(id_of(1), start);
  EXPECT_TRUE(x.former("child", start)->over);
}

TEST(LoanBook, WhatIsSettledIsOverAtOnce) {
  loan_book x{5s};
  x.granted(id_of(1), start);
  x.lent("child", id_of(1), "a");
  x.lent("other", id_of(2), "b");
  x.lost(id_of(1), start);
  x.settled(id_of(1), start + 1ms);
  EXPECT_TRUE(x.former("child", start + 1ms)->over);
  EXPECT_FALSE(x.former("other", start + 1ms));
}

TEST(LoanBook, AChildThatEndedOnALinkedNodeIsForgotten) {
  loan_book x{5s};
  x.granted(id_of(1), start);
  x.lent("child", id_of(1), "a");
  x.ended("child");
  x.lost(id_of(1), start);
  EXPECT_FALSE(x.former("child", start));
}

TEST(LoanBook, TheLateEndOfAnIncarnationThatWasGivenUpSaysNothingOfTheNext) {
  loan_book x{5s};
  x.granted(id_of(1), start);
  x.lent("child", id_of(1), "a", 1);
  x.lent("child", id_of(1), "a", 2);
  x.ended("child", 1);
  x.lost(id_of(1), start);
  EXPECT_FALSE(x.former("child", start)->over);
}

TEST(LoanBook, TheEndOfAHandleDoesNotProveTheEndOfALostChild) {
  loan_book x{5s};
  x.granted(id_of(1), start);
  x.lent("child", id_of(1), "a");
  x.lost(id_of(1), start);
  x.ended("child");
  EXPECT_FALSE(x.former("child", start)->over);
}

TEST(LoanBook, ANewIncarnationReplacesTheFormer) {
  loan_book x{5s};
  x.granted(id_of(1), start);
  x.lent("child", id_of(1), "a");
  x.lost(id_of(1), start);
  x.lent("child", id_of(2), "b");
  EXPECT_FALSE(x.former("child", start));
}

TEST(LoanBook, ForgetsWhatWasLostLongAgo) {
  loan_book x{5s};
  x.lent("child", id_of(1), "a");
  x.lost(id_of(1), start);
  x.tick(start + 599s);
  EXPECT_TRUE(x.former("child", start + 599s));
  x.tick(start + 600s);
  EXPECT_FALSE(x.former("child", start + 600s));
}

// Whatever the travel times, the borrower stops before the lender goes on.
TEST(LoanBook, LenderAndBorrowerNeverOverlap) {
  auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random{seed};
  auto draw = [&](int max_ms) {
    return std::chrono::milliseconds{random() % static_cast<unsigned>(max_ms)};
  };
  for (int run = 0; run < 1000; ++run) {
    lease borrower;
    loan_book lender{1s};
    lender.lent("child", id_of(1), "a");
    auto now = start;
    for (int i = 0; i < 10; ++i) {
      borrower.asked(now);
      auto arrives = now + draw(700);
      lender.granted(id_of(1), arrives);
      now = arrives + draw(700);
      // The last answer may be lost.
      if (i == 9 && draw(2) == 0ms)
        break;
      borrower.granted(1s);
    }
    lender.lost(id_of(1), now);
    auto over = std::max(now, lender.next_deadline(now).value_or(now));
    EXPECT_TRUE(lender.former("child", over)->over);
    EXPECT_FALSE(borrower.holds(over));
  }
}

} // namespace troupe
