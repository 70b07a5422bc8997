// SPDX-License-Identifier: Apache-2.0

#include "process/crew.hpp"

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

struct to_line {
  std::string operator()(const start_worker_process& x) const {
    return "start " + std::to_string(x.worker)
           + (x.program ? " " + *x.program : "");
  }

  std::string operator()(const give_worker_process& x) const {
    return "give " + std::to_string(x.worker) + " to "
           + std::to_string(x.claim);
  }

  std::string operator()(const refuse_claim& x) const {
    return "refuse " + std::to_string(x.claim) + ": " + describe(x.why);
  }

  std::string operator()(const kill_worker_process& x) const {
    return "kill " + std::to_string(x.worker);
  }
};

class Crew : public testing::Test {
protected:
  lines actions() {
    lines result;
    while (auto x = plan.next())
      result.push_back(std::visit(to_line{}, *x));
    return result;
  }

  /// Starts with `n` workers that have joined.
  void ready(size_t n) {
    plan = crew{n, 10s};
    plan.begin(now);
    for (size_t i = 1; i <= n; ++i)
      plan.joined(i, now);
    actions();
  }

  caf::error crashed = make_error(errc::worker_not_joined, "crashed");
  crew::time_point now{1'000s};
  crew plan{0, 10s};
};

TEST_F(Crew, StartsNothingThatNobodyWants) {
  plan.begin(now);
  EXPECT_EQ(actions(), lines{});
  EXPECT_EQ(plan.next_deadline(), std::nullopt);
}

TEST_F(Crew, StartsAWorkerForAClaimAndGivesIt) {
  plan.claim(7, {}, now);
  EXPECT_EQ(actions(), lines{"start 1"});
  plan.joined(1, now + 1s);
  EXPECT_EQ(actions(), lines{"give 1 to 7"});
  plan.ended(1, crashed, now + 2s);
  EXPECT_EQ(actions(), lines{});
  EXPECT_EQ(plan.next_deadline(), std::nullopt);
}

TEST_F(Crew, ServesClaimsInTheirOrder) {
  for (uint64_t id : {7, 8, 9})
    plan.claim(id, {}, now);
  EXPECT_EQ(actions(), (lines{"start 1", "start 2", "start 3"}));
  plan.joined(2, now);
  plan.joined(3, now);
  plan.joined(1, now);
  EXPECT_EQ(actions(), (lines{"give 2 to 7", "give 3 to 8", "give 1 to 9"}));
}

TEST_F(Crew, GivesReadyOnesAtOnceAndReplacesThemLater) {
  ready(2);
  plan.claim(7, {}, now);
  EXPECT_EQ(actions(), lines{"give 1 to 7"});
  ASSERT_EQ(plan.next_deadline(), now + 100ms);
  plan.tick(now + 99ms);
  EXPECT_EQ(actions(), lines{});
  plan.tick(now + 100ms);
  EXPECT_EQ(actions(), lines{"start 3"});
}

TEST_F(Crew, StartsMoreWhenTheReadyOnesAreUsedUp) {
  ready(1);
  plan.claim(7, {}, now);
  plan.claim(8, {}, now);
  EXPECT_EQ(actions(), (lines{"give 1 to 7", "start 2"}));
}

TEST_F(Crew, RefusesTheOldestClaimWhenAWorkerDiesBeforeItJoins) {
  plan.claim(7, {}, now);
  plan.claim(8, {}, now);
  actions();
  plan.ended(2, crashed, now);
  EXPECT_EQ(actions(), lines{"refuse 7: crashed"});
  plan.joined(1, now);
  EXPECT_EQ(actions(), lines{"give 1 to 8"});
}

TEST_F(Crew, KillsAWorkerThatDoesNotJoinInTime) {
  plan.claim(7, {}, now);
  actions();
  EXPECT_EQ(plan.next_deadline(), now + 10s);
  plan.tick(now + 10s);
  EXPECT_EQ(actions(), lines{"kill 1"});
  plan.joined(1, now + 10s);
  EXPECT_EQ(actions(), lines{});
  plan.ended(1, crashed, now + 11s);
  EXPECT_EQ(actions(),
            lines{"refuse 7: the worker process did not join within 10s"});
}

TEST_F(Crew, WaitsLongerAndLongerWhileReadyOnesAreOfNoUse) {
  plan = crew{1, 10s};
  plan.begin(now);
  std::vector<caf::timespan> pauses;
  for (uint64_t worker = 1; worker <= 10; ++worker) {
    EXPECT_EQ(actions(), lines{"start " + std::to_string(worker)});
    plan.ended(worker, crashed, now);
    pauses.push_back(*plan.next_deadline() - now);
    now = *plan.next_deadline();
    plan.tick(now);
  }
  std::vector<caf::timespan> expected{200ms,  400ms,   800ms,   1600ms, 3200ms,
                                      6400ms, 12800ms, 25600ms, 30s,    30s};
  EXPECT_EQ(pauses, expected);
}

TEST_F(Crew, ReplacesAReadyOneThatEnds) {
  ready(1);
  plan.ended(1, crashed, now);
  EXPECT_EQ(actions(), lines{});
  plan.tick(*plan.next_deadline());
  EXPECT_EQ(actions(), lines{"start 2"});
}

TEST_F(Crew, GivesAClaimWithAProgramOfItsOwnNoOtherWorker) {
  ready(1);
  plan.claim(7, "/bin/worker", now);
  EXPECT_EQ(actions(), lines{"start 2 /bin/worker"});
  plan.claim(8, {}, now);
  EXPECT_EQ(actions(), lines{"give 1 to 8"});
  plan.joined(2, now);
  EXPECT_EQ(actions(), lines{"give 2 to 7"});
  plan.claim(9, "/bin/worker", now);
  actions();
  plan.ended(3, crashed, now);
  EXPECT_EQ(actions(), lines{"refuse 9: crashed"});
}

TEST_F(Crew, KillsWhatWasStartedForAClaimThatIsWithdrawn) {
  plan.claim(7, {}, now);
  plan.claim(8, "/bin/worker", now);
  actions();
  plan.withdraw(7, now);
  EXPECT_EQ(actions(), lines{});
  plan.joined(1, now);
  EXPECT_EQ(actions(), lines{"kill 1"});
  plan.withdraw(8, now);
  EXPECT_EQ(actions(), lines{"kill 2"});
  plan.ended(2, crashed, now);
  plan.ended(1, crashed, now);
  EXPECT_EQ(actions(), lines{});
}

TEST_F(Crew, KeepsWhatWasStartedForAWithdrawnClaimIfOneIsMissing) {
  ready(1);
  plan.claim(7, {}, now);
  plan.claim(8, {}, now);
  EXPECT_EQ(actions(), (lines{"give 1 to 7", "start 2"}));
  plan.withdraw(8, now);
  plan.joined(2, now);
  EXPECT_EQ(actions(), lines{});
  plan.claim(9, {}, now);
  EXPECT_EQ(actions(), lines{"give 2 to 9"});
}

} // namespace
} // namespace troupe
