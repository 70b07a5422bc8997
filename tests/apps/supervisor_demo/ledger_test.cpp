// SPDX-License-Identifier: Apache-2.0

#include "ledger.hpp"

#include <gtest/gtest.h>

namespace demo {

namespace {

TEST(DemoLedger, SplitsTheRangeWithoutGapOrOverlap) {
  ledger x{1'001, 7, 3, 10};
  uint64_t next = 0;
  for (size_t i = 0; i < x.pieces(); ++i) {
    EXPECT_EQ(x.at(i).first, next);
    next = x.at(i).second;
  }
  for (auto& y : x.surveys()) {
    EXPECT_EQ(y.first, next);
    next = y.last;
  }
  EXPECT_EQ(next, 1'001u);
}

TEST(DemoLedger, CountsASecondAnswerOnce) {
  ledger x{1'000, 2, 0, 1};
  EXPECT_EQ(x.take(), 0u);
  EXPECT_TRUE(x.done(0, 5));
  EXPECT_FALSE(x.done(0, 5));
  EXPECT_EQ(x.result().answer, 5u);
  EXPECT_EQ(x.result().lost, 1u);
  EXPECT_FALSE(x.complete());
}

TEST(DemoLedger, HandsOutAPieceAgainThatWasPutBackUnlessItWasAnswered) {
  ledger x{1'000, 2, 0, 1};
  EXPECT_EQ(x.take(), 0u);
  x.put_back(0);
  EXPECT_EQ(x.take(), 0u);
  x.done(0, 1);
  x.put_back(0);
  EXPECT_EQ(x.take(), 1u);
  EXPECT_EQ(x.take(), std::nullopt);
}

TEST(DemoLedger, IsCompleteWithAllPiecesAndSurveys) {
  ledger x{1'000, 1, 2, 1};
  x.done(0, 1);
  x.survey_done(0, 2);
  EXPECT_EQ(x.result().lost, 1u);
  x.survey_done(1, 3);
  x.survey_done(1, 3);
  EXPECT_TRUE(x.complete());
  EXPECT_EQ(x.result().answer, 6u);
  EXPECT_EQ(x.result().lost, 0u);
}

TEST(DemoLedger, CountsStepsThatAreDoneAgain) {
  ledger x{1'000, 1, 1, 3};
  x.step_done(0, 0);
  x.step_done(0, 1);
  x.step_done(0, 1);
  EXPECT_EQ(x.steps_done(), 2u);
  EXPECT_EQ(x.steps(), 3u);
  EXPECT_EQ(x.result().repeated_steps, 1u);
}

TEST(DemoLedger, BooksWhatSupervisorsTell) {
  using kind = troupe::supervision_event::kind;
  ledger x{1'000, 1, 1, 1};
  for (auto what :
       {kind::started, kind::ended, kind::restarting, kind::restarting,
        kind::exhausted, kind::quarantined, kind::disowned})
    x.book(troupe::supervision_event{.what = what});
  x.book(fault_kind::storm);
  auto result = x.result();
  EXPECT_EQ(result.restarts, 2u);
  EXPECT_EQ(result.escalations, 1u);
  EXPECT_EQ(result.quarantined, 1u);
  EXPECT_EQ(result.disowned, 1u);
  EXPECT_EQ(result.injected.at(fault_kind::storm), 1u);
  EXPECT_EQ(result.injected.at(fault_kind::quits), 0u);
}

} // namespace

} // namespace demo
