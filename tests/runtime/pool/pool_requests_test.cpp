// SPDX-License-Identifier: Apache-2.0

// What senders of tasks may ask of a pool.

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/deterministic.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/pool/scatter.hpp"
#include "troupe/supervision/quarantined_message.hpp"

#include "caf/actor_cast.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/response_promise.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

/// What the workers of a test have done and shall do.
struct log {
  std::vector<int64_t> begun;
  std::vector<caf::response_promise> open;
  std::vector<caf::actor> owners;
  size_t workers = 0;
};

/// Notes numbers and answers them when the test says so; answers texts at once.
caf::behavior clerk(caf::event_based_actor* self, std::shared_ptr<log> book) {
  auto number = static_cast<int64_t>(book->workers++);
  return {
      [=](int64_t x) {
        book->begun.push_back(x);
        book->owners.push_back(caf::actor_cast<caf::actor>(self));
        book->open.push_back(self->make_response_promise());
        return book->open.back();
      },
      [=](caf::ok_atom, size_t i) { book->open[i].deliver(book->begun[i]); },
      [=](size_t i, const caf::error& why) { book->open[i].deliver(why); },
      [=](const std::string& what) -> caf::result<int64_t> {
        if (what == "fail all" || (what == "fail one" && number == 0))
          return make_error(errc::bad_input, "asked to");
        if (what == "throw")
          throw std::runtime_error{"asked to"};
        return number;
      },
  };
}

class PoolRequests : public test::deterministic {
protected:
  using messages = std::vector<caf::message>;

  ~PoolRequests() override {
    book->owners.clear();
    if (pool_)
      self()->send_exit(pool_, caf::exit_reason::user_shutdown);
    pool_ = nullptr;
    run();
    advance(2s);
  }

  void start(size_t n, pool_options options = {}) {
    for (size_t i = 0; i < n; ++i)
      options.workers.push_back(pooled(clerk, book));
    pool_ = sys.spawn<pool>(std::move(options));
    run();
  }

  void answer(size_t i) {
    self()->send(book->owners[i], caf::ok_atom::value, i);
    run();
  }

  pool_stats stats() {
    return *ask<pool_stats>(pool_, stats_atom_v);
  }

  std::shared_ptr<log> book = std::make_shared<log>();
  caf::actor pool_;
};

// -- options of a task --------------------------------------------------------

TEST_F(PoolRequests, OptionsDoNotReachTheWorker) {
  start(1);
  auto x = open<int64_t>(pool_, task_options{.priority = task_priority::high},
                         int64_t{7});
  run();
  EXPECT_EQ(book->begun, std::vector<int64_t>{7});
  answer(0);
  EXPECT_EQ(x.result(), int64_t{7});
}

TEST_F(PoolRequests, AnUrgentTaskOvertakesThoseThatWait) {
  start(1);
  auto first = open<int64_t>(pool_, int64_t{1});
  auto second = open<int64_t>(pool_, int64_t{2});
  auto urgent = open<int64_t>(
      pool_, task_options{.priority = task_priority::high}, int64_t{3});
  run();
  answer(0);
  EXPECT_EQ(book->begun, (std::vector<int64_t>{1, 3, 2}));
}

TEST_F(PoolRequests, WrongOptionsAreNamed) {
  start(1);
  auto reason = [&](task_options x) {
    return describe(ask<int64_t>(pool_, std::move(x), int64_t{1}).error());
  };
  EXPECT_EQ(reason({.max_attempts = uint32_t{0}}),
            "task_options::max_attempts 0 is not in 1 to 1000");
  EXPECT_EQ(reason({.quorum = 1}),
            "task_options::quorum goes with spread::quorum only");
  EXPECT_EQ(reason({.time_limit = caf::timespan{-1s}}),
            "task_options::time_limit must be at least 1 us");
  EXPECT_EQ(ask<int64_t>(pool_, task_options{}).error(), errc::bad_task_option);
  EXPECT_EQ(book->begun, std::vector<int64_t>{});
}

TEST_F(PoolRequests, ATaskThatWaitsTooLongNeverBegins) {
  start(1);
  auto first = open<int64_t>(pool_, int64_t{1});
  auto late = open<int64_t>(
      pool_, task_options{.time_limit = caf::timespan{1s}}, int64_t{2});
  advance(990ms);
  EXPECT_FALSE(late.answered());
  advance(20ms);
  EXPECT_EQ(late.result().error(), errc::deadline_passed);
  answer(0);
  EXPECT_EQ(book->begun, std::vector<int64_t>{1});
  EXPECT_EQ(first.result(), int64_t{1});
}

TEST_F(PoolRequests, ARunningTaskWhoseTimeIsOverIsAnsweredOnce) {
  start(1);
  auto late = open<int64_t>(
      pool_, task_options{.time_limit = caf::timespan{1s}}, int64_t{2});
  advance(1100ms);
  EXPECT_EQ(late.result().error(), errc::deadline_passed);
  answer(0);
  EXPECT_FALSE(late.answered());
  EXPECT_EQ(stats().failed, 1u);
  EXPECT_EQ(stats().completed, 0u);
}

// -- cancelling ---------------------------------------------------------------

TEST_F(PoolRequests, AGroupAndAllBelowItIsCancelled) {
  start(1);
  std::deque<test::open_request<int64_t>> xs;
  for (auto group : {"a", "a/b", "ab", ""})
    xs.emplace_back(sys, pool_, task_options{.group = group},
                    static_cast<int64_t>(xs.size()));
  run();
  EXPECT_EQ(ask<size_t>(pool_, cancel_atom_v, std::string{"a"}), 2u);
  EXPECT_EQ(xs[0].result().error(), errc::task_cancelled);
  EXPECT_EQ(xs[1].result().error(), errc::task_cancelled);
  answer(0);
  EXPECT_EQ(book->begun, (std::vector<int64_t>{0, 2, 3}));
  EXPECT_EQ(ask<size_t>(pool_, cancel_atom_v, std::string{}), 0u);
}

TEST_F(PoolRequests, NumbersOfCancelledTasksAreUsedAgainWithoutMixUp) {
  start(1);
  auto cancelled = open<int64_t>(pool_, task_options{.group = "a"}, int64_t{1});
  run();
  ASSERT_EQ(ask<size_t>(pool_, cancel_atom_v, std::string{"a"}), 1u);
  auto next = open<int64_t>(pool_, int64_t{2});
  auto last = open<int64_t>(pool_, int64_t{3});
  run();
  answer(0);
  answer(1);
  answer(2);
  EXPECT_EQ(next.result(), int64_t{2});
  EXPECT_EQ(last.result(), int64_t{3});
}

// -- back-pressure ------------------------------------------------------------

TEST_F(PoolRequests, ARefusedProducerIsToldWhenThereIsRoom) {
  start(1, {.max_queued = 2});
  std::deque<test::open_request<int64_t>> xs;
  for (int64_t i = 0; i < 4; ++i)
    xs.emplace_back(sys, pool_, i);
  run();
  EXPECT_EQ(xs[3].result().error(), errc::queue_full);
  auto room = open<void>(pool_, drained_atom_v);
  run();
  EXPECT_FALSE(room.answered());
  answer(0);
  EXPECT_TRUE(room.answered());
  EXPECT_TRUE(ask<void>(pool_, drained_atom_v));
}

TEST_F(PoolRequests, WaitingForRoomEndsWithThePool) {
  start(1, {.max_queued = 1});
  std::deque<test::open_request<int64_t>> xs;
  for (int64_t i = 0; i < 3; ++i)
    xs.emplace_back(sys, pool_, i);
  auto room = open<void>(pool_, drained_atom_v);
  run();
  EXPECT_FALSE(room.answered());
  self()->send_exit(pool_, caf::exit_reason::user_shutdown);
  run();
  EXPECT_TRUE(room.answered());
}

// -- many workers -------------------------------------------------------------

TEST_F(PoolRequests, AScatteredTaskGathersAllAnswersBySlot) {
  start(3);
  auto answers =
      ask<messages>(pool_, task_options{.to = spread::all}, std::string{"who"});
  ASSERT_TRUE(answers);
  EXPECT_EQ(gather<int64_t>(*answers), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_EQ(gather<std::string>(*answers).error(), errc::bad_payload);
}

TEST_F(PoolRequests, OneErrorIsTheAnswerForAll) {
  start(3);
  EXPECT_EQ(ask<messages>(pool_, task_options{.to = spread::all},
                          std::string{"fail one"})
                .error(),
            errc::bad_input);
}

TEST_F(PoolRequests, TheFirstAnswerThatIsNoErrorIsEnough) {
  start(3);
  EXPECT_EQ(ask<int64_t>(pool_, task_options{.to = spread::first},
                         std::string{"fail one"}),
            int64_t{1});
  EXPECT_EQ(ask<int64_t>(pool_, task_options{.to = spread::first},
                         std::string{"fail all"})
                .error(),
            errc::bad_input);
}

TEST_F(PoolRequests, TheOthersAreCancelledWhenTheFirstHasAnswered) {
  start(3);
  auto x = open<int64_t>(pool_, task_options{.to = spread::first}, int64_t{5});
  run();
  EXPECT_EQ(book->begun.size(), 3u);
  answer(1);
  EXPECT_EQ(x.result(), int64_t{5});
  EXPECT_EQ(stats().outstanding, 0u);
  EXPECT_EQ(stats().completed, 1u);
  EXPECT_EQ(stats().failed, 2u);
}

TEST_F(PoolRequests, AQuorumIsEnoughAndItsLossIsSaid) {
  start(3);
  auto two = [&](const char* what) {
    return ask<messages>(pool_, task_options{.to = spread::quorum, .quorum = 2},
                         std::string{what});
  };
  auto answers = two("fail one");
  ASSERT_TRUE(answers);
  EXPECT_EQ(gather<int64_t>(*answers), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(describe(two("fail all").error()),
            "1 of 3 workers can answer at most, 2 were wanted; the last "
            "failure: asked to");
  EXPECT_EQ(ask<messages>(pool_,
                          task_options{.to = spread::quorum, .quorum = 4},
                          std::string{"who"})
                .error(),
            errc::quorum_lost);
}

TEST_F(PoolRequests, ACopyIsNotTriedElsewhereWhenItsWorkerDies) {
  start(2);
  auto x = open<messages>(pool_, task_options{.to = spread::all},
                          std::string{"throw"});
  advance(3s);
  EXPECT_EQ(x.result().error(), errc::worker_lost);
  EXPECT_EQ(stats().retried, 0u);
}

TEST_F(PoolRequests, WithoutWorkersNothingIsScattered) {
  start(0);
  EXPECT_EQ(
      ask<messages>(pool_, task_options{.to = spread::all}, std::string{"who"})
          .error(),
      errc::no_workers);
}

TEST_F(PoolRequests, NobodyGetsACopyIfThoseThatAreWantedCannot) {
  start(3, {.max_credit = 1});
  auto two = task_options{.to = spread::quorum, .quorum = 2};
  auto first =
      open<messages>(pool_, task_options{.to = spread::all}, int64_t{1});
  run();
  ASSERT_EQ(book->begun.size(), 3u);
  answer(2);
  EXPECT_EQ(
      ask<messages>(pool_, task_options{.to = spread::all}, int64_t{2}).error(),
      errc::queue_full);
  EXPECT_EQ(ask<messages>(pool_, two, int64_t{2}).error(), errc::queue_full);
  EXPECT_EQ(book->begun.size(), 3u);
  EXPECT_EQ(stats().refused, 2u);
  answer(1);
  auto next = open<messages>(pool_, two, int64_t{2});
  run();
  EXPECT_EQ(book->begun, (std::vector<int64_t>{1, 1, 1, 2, 2}));
  for (size_t i : {3, 4, 0})
    answer(i);
  EXPECT_TRUE(first.result());
  EXPECT_TRUE(next.result());
}

// -- quarantine ---------------------------------------------------------------

class PoolQuarantine : public PoolRequests {
protected:
  using messages_kept = std::vector<quarantined_message>;

  void lose(pool_options options = {}) {
    options.max_attempts = 2;
    start(1, std::move(options));
    auto x = open<int64_t>(pool_, std::string{"throw"});
    advance(5s);
    EXPECT_EQ(x.result().error(), errc::worker_lost);
  }

  messages_kept list() {
    return ask<messages_kept>(pool_, quarantine_atom_v).value();
  }
};

TEST_F(PoolQuarantine, ATaskThatKeepsKillingWorkersIsSetAside) {
  lose();
  auto kept = list();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].number, 1u);
  EXPECT_EQ(kept[0].text, "(\"throw\")");
  EXPECT_TRUE(kept[0].is_request);
  EXPECT_EQ(kept[0].child, "worker 0");
  ASSERT_EQ(kept[0].history.size(), 2u);
  EXPECT_EQ(describe(kept[0].history[1].reason), "asked to");
  EXPECT_EQ(stats().quarantined, 1u);
}

TEST_F(PoolQuarantine, WhatIsSetAsideCanBeReplayedOrDiscardedOnce) {
  lose();
  ASSERT_TRUE(ask<void>(pool_, replay_atom_v, uint64_t{1}));
  advance(10s);
  auto kept = list();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].number, 2u);
  EXPECT_FALSE(kept[0].is_request);
  EXPECT_TRUE(ask<void>(pool_, discard_atom_v, uint64_t{2}));
  EXPECT_EQ(ask<void>(pool_, discard_atom_v, uint64_t{2}).error(),
            errc::unknown_message);
  EXPECT_EQ(ask<void>(pool_, replay_atom_v, uint64_t{1}).error(),
            errc::unknown_message);
  EXPECT_TRUE(list().empty());
}

TEST_F(PoolQuarantine, NothingIsKeptIfNotWanted) {
  lose({.max_quarantined = 0});
  EXPECT_TRUE(list().empty());
}

// -- load ---------------------------------------------------------------------

TEST_F(PoolRequests, ASlowTaskIsGivenToASecondWorker) {
  start(2, {.hedge = hedging{.after = 100ms}});
  auto x = open<int64_t>(pool_, int64_t{1});
  advance(300ms);
  EXPECT_EQ(book->begun, (std::vector<int64_t>{1, 1}));
  answer(1);
  EXPECT_EQ(x.result(), int64_t{1});
  answer(0);
  EXPECT_FALSE(x.answered());
  EXPECT_EQ(stats().hedges_won, 1u);
}

TEST_F(PoolRequests, TwoErrorsInDoubtAreNotMixedUp) {
  start(2, {.hedge = hedging{.after = 100ms}});
  auto x = open<int64_t>(pool_, int64_t{1});
  advance(300ms);
  ASSERT_EQ(book->owners.size(), 2u);
  auto fail = [&](size_t i, caf::sec why) {
    self()->send(book->owners[i], i, caf::make_error(why));
  };
  fail(0, caf::sec::runtime_error);
  fail(1, caf::sec::request_receiver_down);
  run();
  EXPECT_EQ(x.result().error(), caf::sec::runtime_error);
  EXPECT_EQ(stats().outstanding, 0u);
}

TEST_F(PoolRequests, TheNumberOfWorkersFollowsTheLoad) {
  start(0, {.elastic = elastic_size{.worker = pooled(clerk, book),
                                    .least = 1,
                                    .most = 2,
                                    .max_wait = 100ms,
                                    .max_idle = 1s}});
  EXPECT_EQ(stats().workers, 1u);
  std::deque<test::open_request<int64_t>> xs;
  for (int64_t i = 0; i < 3; ++i)
    xs.emplace_back(sys, pool_, i);
  advance(1s);
  EXPECT_EQ(stats().workers, 2u);
  EXPECT_EQ(book->begun.size(), 2u);
  for (size_t i = 0; i < 3; ++i)
    answer(i);
  advance(5s);
  EXPECT_EQ(stats().workers, 1u);
  EXPECT_EQ(stats().completed, 3u);
}

TEST_F(PoolRequests, AWorkerIsReplacedAfterItsShareOfTasks) {
  start(1, {.recycle = recycling{.tasks = 2}});
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(ask<int64_t>(pool_, std::string{"who"}));
  EXPECT_EQ(stats().recycled, 2u);
  EXPECT_EQ(stats().restarts, 0u);
  EXPECT_EQ(book->workers, 3u);
}

TEST_F(PoolRequests, AWorkerWithoutItsOwnMemoryIsNotTakenToBeRecycledByIt) {
  start(0, {.recycle = recycling{.resident_bytes = uint64_t{1} << 30}});
  auto slot =
      ask<size_t>(pool_, worker_atom_v, pooled([] { return caf::behavior{}; }));
  ASSERT_FALSE(slot);
  EXPECT_EQ(slot.error(), errc::bad_recycling) << describe(slot.error());
}

// -- options of a pool --------------------------------------------------------

TEST(PoolOptions, EachWrongFieldHasItsError) {
  auto check = [](auto change) {
    pool_options x;
    change(x);
    return validate(x);
  };
  EXPECT_FALSE(validate(pool_options{}));
  EXPECT_EQ(check([](auto& x) { x.workers.emplace_back(); }),
            errc::missing_start);
  EXPECT_EQ(check([](auto& x) { x.policy = static_cast<routing>(99); }),
            errc::bad_routing);
  EXPECT_EQ(check([](auto& x) { x.max_credit = 0; }), errc::bad_pool_limit);
  EXPECT_EQ(check([](auto& x) { x.max_attempts = 0; }), errc::bad_pool_limit);
  EXPECT_EQ(check([](auto& x) { x.max_queued = size_t{1} << 40; }),
            errc::bad_pool_limit);
  EXPECT_EQ(check([](auto& x) { x.credit_horizon = -1s; }),
            errc::bad_pool_time);
  EXPECT_EQ(check([](auto& x) { x.start_timeout = 0s; }), errc::bad_pool_time);
  EXPECT_EQ(check([](auto& x) { x.stop_timeout = -1s; }), errc::bad_pool_time);
  EXPECT_EQ(check([](auto& x) { x.cancel_grace = -1s; }), errc::bad_pool_time);
  EXPECT_EQ(check([](auto& x) { x.intensity.period = 0s; }),
            errc::bad_intensity);
  EXPECT_EQ(check([](auto& x) { x.restart_delay.cap = 0s; }),
            errc::bad_backoff);
  EXPECT_EQ(check([](auto& x) { x.max_quarantined = 2'000'000; }),
            errc::bad_pool_limit);
  EXPECT_EQ(check([](auto& x) { x.hedge = {.after = 0s}; }), errc::bad_hedge);
  EXPECT_EQ(check([](auto& x) { x.hedge = {.percentile = 1.0}; }),
            errc::bad_hedge);
  EXPECT_EQ(check([](auto& x) { x.recycle = {.tasks = uint64_t{0}}; }),
            errc::bad_recycling);
  EXPECT_EQ(check([](auto& x) { x.recycle = {.resident_bytes = 1'000}; }),
            errc::bad_recycling);
  EXPECT_EQ(check([](auto& x) {
              x.recycle = {.resident_bytes = uint64_t{1} << 30};
              x.workers.push_back(pooled([] { return caf::behavior{}; }));
            }),
            errc::bad_recycling);
  EXPECT_EQ(check([](auto& x) { x.elastic = {.most = 2}; }),
            errc::bad_elastic_size);
  EXPECT_EQ(check([](auto& x) {
              x.elastic = {.worker = pooled([] { return caf::behavior{}; }),
                           .least = 2,
                           .most = 1};
            }),
            errc::bad_elastic_size);
}

TEST_F(PoolRequests, APoolWithWrongOptionsExitsWithTheError) {
  auto x = sys.spawn<pool>(pool_options{.max_credit = 0});
  self()->monitor(x);
  run();
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, errc::bad_pool_limit);
}

} // namespace
} // namespace troupe
