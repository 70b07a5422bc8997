// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/faulty_start.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/testing/faults_fixture.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"
#include "troupe/testing/faulty.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"

using namespace std::chrono_literals;

namespace troupe {

namespace {

class FaultyChild : public test::faults_fixture {};

// -- pools --------------------------------------------------------------------

class class_based : public caf::event_based_actor {
public:
  class_based(caf::actor_config& cfg, int x) : event_based_actor(cfg), x_(x) {
    // nop
  }

  caf::behavior make_behavior() override {
    return {[this](int y) { return x_ + y; }};
  }

private:
  int x_;
};

caf::behavior squarer(caf::event_based_actor*) {
  return {[](int x) { return x * x; }};
}

TEST_F(FaultyChild, AWorkerOfAPoolFailsAndItsTaskRunsElsewhere) {
  fault_plan plan{{.what = throws{"bad day"}, .nth = 2}};
  pool_options options;
  options.workers = {pooled(faulty(plan, squarer)),
                     pooled(faulty(plan, squarer))};
  actor_ = sys.spawn<pool>(std::move(options));
  for (int i = 1; i <= 4; ++i)
    EXPECT_EQ(ask<int>(actor_, i), i * i);
  EXPECT_EQ(plan.struck(), 1u);
  auto stats = ask<pool_stats>(actor_, stats_atom_v);
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->retried, 1u);
}

TEST_F(FaultyChild, AClassOfWorkersFailsInAPool) {
  pool_options options;
  options.workers = {pooled<faulty_actor<class_based>>(
      fault_plan{{.what = throws{"bad day"}}}, 10)};
  actor_ = sys.spawn<pool>(std::move(options));
  auto task = open<int>(actor_, 1);
  advance(1s);
  EXPECT_EQ(task.result(), 11);
}

TEST_F(FaultyChild, AStartFailsOnceAndIsTriedAgain) {
  pool_options options;
  options.workers = {
      faulty_start({.what = throws{"no memory"}}, pooled(squarer))};
  actor_ = sys.spawn<pool>(std::move(options));
  auto task = open<int>(actor_, 3);
  advance(1s);
  EXPECT_EQ(task.result(), 9);
}

TEST_F(FaultyChild, StartsThatFailForEverLeaveNoWorker) {
  for (auto& [what, text] :
       std::vector<std::pair<decltype(start_fault::what), std::string>>{
           {throws{"no memory"}, "no memory"},
           {quits{make_error(errc::queue_full, "too late")}, "too late"},
           {quits{}, "ended while it started"},
           {drops{}, "did not start within 5s"}}) {
    pool_options options;
    options.workers = {
        faulty_start({.what = what, .times = {}}, pooled(squarer))};
    options.start_timeout = 5s;
    options.intensity.restarts = 0;
    actor_ = sys.spawn<pool>(std::move(options));
    auto task = open<int>(actor_, 3);
    advance(5s);
    auto reply = task.result();
    ASSERT_FALSE(reply);
    EXPECT_EQ(describe(reply.error()),
              "no worker is left, the last loss: " + text);
    end();
  }
}

// -- supervisors --------------------------------------------------------------

class FaultySupervised : public FaultyChild {
protected:
  /// Starts a supervisor of `x` and returns the child's address.
  caf::actor supervised(starter x, in_flight_options in_flight) {
    supervisor_spec spec{
        .children = {
            {.id = "squarer", .start = std::move(x), .in_flight = in_flight}}};
    actor_ = spawn(sys, supervisor, std::move(spec));
    run();
    auto child = ask<caf::actor>(actor_, child_atom_v, std::string{"squarer"});
    EXPECT_TRUE(child);
    return child ? *child : caf::actor{};
  }
};

TEST_F(FaultySupervised, AFailureIsTheAnswerOfTheMessageInWork) {
  auto child =
      supervised(pooled(faulty(fault{.what = throws{"bad day"}}, squarer)),
                 {.policy = in_flight_policy::reply_error});
  auto reply = ask<int>(child, 3);
  ASSERT_FALSE(reply);
  EXPECT_EQ(describe(reply.error()), "bad day");
  EXPECT_EQ(ask<int>(child, 3), 9);
}

TEST_F(FaultySupervised, TheNextIncarnationGetsTheMessageAgain) {
  fault_plan plan{{.what = throws{"bad day"}, .times = 2}};
  auto child = supervised(pooled(faulty(plan, squarer)),
                          {.policy = in_flight_policy::retry, .retries = 2});
  EXPECT_EQ(ask<int>(child, 3), 9);
  EXPECT_EQ(plan.struck(), 2u);
}

TEST_F(FaultySupervised, AMessageThatAlwaysFailsIsSetAside) {
  auto child = supervised(
      pooled(faulty(fault{.what = throws{"bad day"}, .times = {}}, squarer)),
      {.policy = in_flight_policy::retry, .retries = 1});
  auto reply = ask<int>(child, 3);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error(), make_error(errc::quarantined));
}

TEST_F(FaultySupervised, AStartThatFailsIsTriedAgain) {
  auto child = supervised(
      faulty_start({.what = throws{"no memory"}, .nth = 2},
                   pooled(faulty(fault{.what = throws{"bad day"}}, squarer))),
      {.policy = in_flight_policy::retry});
  EXPECT_EQ(ask<int>(child, 3), 9);
  auto counts = ask<child_counts>(actor_, count_atom_v);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->restarts, 2u);
}

} // namespace

} // namespace troupe
