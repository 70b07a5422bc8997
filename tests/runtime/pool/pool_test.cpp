// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/pool.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/deterministic.hpp"
#include "troupe/base/errc.hpp"

#include "caf/actor_registry.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/response_promise.hpp"
#include "caf/result.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

// -- workers: plain CAF, they know nothing of pools ---------------------------

/// What a task asks of the worker below.
constexpr int64_t poison = -1;
constexpr int64_t bye = -2;
constexpr int64_t refuse = -3;
constexpr int64_t look_dead = -4;
constexpr int64_t never = -5;

/// Adds one. Negative numbers ask for trouble.
caf::behavior adder(caf::event_based_actor* self) {
  auto unanswered = std::make_shared<std::vector<caf::response_promise>>();
  return {
      [=](int64_t x) -> caf::result<int64_t> {
        switch (x) {
          case poison:
            throw std::runtime_error{"poison"};
          case bye:
            self->quit();
            return x;
          case refuse:
            return caf::make_error(caf::sec::invalid_argument);
          case look_dead:
            return caf::make_error(caf::sec::request_receiver_down);
          case never:
            unanswered->push_back(self->make_response_promise());
            return unanswered->back();
          default:
            return x + 1;
        }
      },
  };
}

/// Takes a start into its hands until the test decides.
struct slow_starts {
  std::vector<starter::done> pending;

  starter make(placement where = {}) {
    return {std::move(where),
            [this](start_desk&, const start_context&, starter::done f) {
              pending.push_back(std::move(f));
            }};
  }
};

class Pool : public test::deterministic {
protected:
  using reply = caf::expected<int64_t>;
  using request = test::open_request<int64_t>;

  ~Pool() override {
    if (pool_)
      self()->send_exit(pool_, caf::exit_reason::user_shutdown);
    run();
  }

  caf::actor spawn(pool_options options) {
    pool_ = sys.spawn<pool>(std::move(options));
    run();
    return pool_;
  }

  static pool_options adders(size_t n) {
    pool_options result;
    for (size_t i = 0; i < n; ++i)
      result.workers.push_back(pooled(adder));
    return result;
  }

  /// Makes the workers known as quick, so that they get several tasks at once.
  void warm_up() {
    for (int i = 0; i < 10; ++i)
      (void)ask<int64_t>(pool_, int64_t{i});
  }

  std::deque<request> open_all(std::initializer_list<int64_t> xs) {
    std::deque<request> result;
    for (auto x : xs)
      result.emplace_back(sys, pool_, x);
    return result;
  }

  pool_stats stats() {
    auto result = ask<pool_stats>(pool_, stats_atom_v);
    return result ? *result : pool_stats{};
  }

  /// Returns what the pool reports as `SLOT KIND`, since the last call.
  std::vector<std::string> events() {
    std::vector<std::string> result;
    while (auto x = received<pool_event>())
      result.push_back(std::to_string(x->slot) + " " + to_string(x->what));
    return result;
  }

  void watch() {
    ASSERT_TRUE(
        ask<void>(pool_, watch_atom_v, caf::actor_cast<caf::actor>(self())));
  }

  void exit_pool() {
    self()->send_exit(pool_, caf::exit_reason::user_shutdown);
    pool_ = nullptr;
    run();
  }

  /// Returns how many actors run, without the test's own.
  size_t running() {
    return sys.registry().running() - 1;
  }

  caf::actor pool_;
};

using strings = std::vector<std::string>;

// -- tasks and replies --------------------------------------------------------

TEST_F(Pool, TheReplyIsTheWorkersWithTheWorkerAsSender) {
  caf::actor worker = sys.spawn(adder);
  pool_options options;
  options.workers.push_back(
      {{}, [&](start_desk&, const start_context&, const starter::done& f) {
         f(worker);
       }});
  spawn(std::move(options));
  caf::scoped_actor client{sys, true};
  client->request(pool_, caf::infinite, int64_t{41});
  run();
  ASSERT_TRUE(client->has_next_message());
  auto answer = client->next_message();
  EXPECT_EQ(answer->sender, worker);
  ASSERT_TRUE(answer->content().match_elements<int64_t>());
  EXPECT_EQ(answer->content().get_as<int64_t>(0), 42);
}

TEST_F(Pool, EachOfManyTasksGetsItsOwnReply) {
  spawn(adders(3));
  std::deque<request> requests;
  for (int64_t i = 0; i < 1000; ++i)
    requests.emplace_back(sys, pool_, i);
  run();
  for (int64_t i = 0; i < 1000; ++i)
    ASSERT_EQ(requests[static_cast<size_t>(i)].result(), reply{i + 1});
}

TEST_F(Pool, AnErrorThatTheWorkerRepliesWithIsTheAnswer) {
  spawn(adders(1));
  EXPECT_EQ(ask<int64_t>(pool_, refuse).error(), caf::sec::invalid_argument);
  EXPECT_EQ(stats().retried, 0u);
}

TEST_F(Pool, AnErrorThatLooksLikeDeathIsTheAnswerIfTheWorkerLives) {
  spawn(adders(1));
  EXPECT_EQ(ask<int64_t>(pool_, look_dead).error(),
            caf::sec::request_receiver_down);
  EXPECT_EQ(ask<int64_t>(pool_, int64_t{1}), reply{2});
  EXPECT_EQ(stats().retried, 0u);
  EXPECT_EQ(stats().restarts, 0u);
}

TEST_F(Pool, AMessageThatTheWorkerDoesNotKnowIsAnsweredByTheWorker) {
  spawn(adders(1));
  EXPECT_EQ(ask<int64_t>(pool_, std::string{"what?"}).error(),
            caf::sec::unexpected_message);
}

TEST_F(Pool, APlainMessageRunsWithoutReply) {
  spawn(adders(1));
  self()->send(pool_, int64_t{1});
  self()->send(pool_, poison);
  advance(1s);
  EXPECT_FALSE(self()->has_next_message());
  EXPECT_EQ(stats().completed, 1u);
  EXPECT_EQ(stats().failed, 1u);
}

TEST_F(Pool, TakesItsPlaceInAComposition) {
  spawn(adders(1));
  auto twice = sys.spawn(
      []() -> caf::behavior { return {[](int64_t x) { return 2 * x; }}; });
  EXPECT_EQ(ask<int64_t>(twice * pool_, int64_t{4}), reply{10});
  EXPECT_EQ(ask<int64_t>(pool_ * twice, int64_t{4}), reply{9});
}

TEST_F(Pool, AnswersCafsQuestionForItsName) {
  spawn({});
  self()->request(pool_, caf::infinite, caf::sys_atom_v, caf::get_atom_v,
                  std::string{"info"});
  run();
  ASSERT_TRUE(self()->has_next_message());
  auto content = self()->next_message()->move_content_to_message();
  ASSERT_EQ(content.size(), 4u);
  EXPECT_EQ(content.get_as<std::string>(3), "troupe.pool");
}

TEST_F(Pool, SurvivesAStrayError) {
  spawn(adders(1));
  self()->send(pool_, caf::make_error(caf::sec::runtime_error));
  EXPECT_EQ(ask<int64_t>(pool_, int64_t{1}), reply{2});
}

TEST_F(Pool, WithoutWorkersTasksWaitForTheFirst) {
  spawn({});
  auto waiting = open<int64_t>(pool_, int64_t{1});
  run();
  EXPECT_FALSE(waiting.answered());
  EXPECT_EQ(ask<size_t>(pool_, worker_atom_v, pooled(adder)),
            caf::expected<size_t>{0});
  EXPECT_EQ(waiting.result(), reply{2});
}

TEST_F(Pool, ATaskBeyondTheQueueIsRefusedWithItsLimit) {
  auto options = adders(1);
  options.max_queued = 2;
  spawn(std::move(options));
  auto held = open_all({never, 1, 2, 3});
  run();
  EXPECT_FALSE(held[2].answered());
  auto refused = held[3].result();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), make_error(errc::queue_full));
  EXPECT_EQ(describe(refused.error()), "2 tasks wait, limit 2");
}

// -- death of a worker --------------------------------------------------------

TEST_F(Pool, TasksBehindAnExceptionRunElsewhere) {
  auto options = adders(1);
  options.max_attempts = 1;
  spawn(std::move(options));
  warm_up();
  auto requests = open_all({1, poison, 3, 4});
  run();
  EXPECT_EQ(requests[0].result(), reply{2});
  EXPECT_EQ(requests[1].result().error(), make_error(errc::worker_lost));
  EXPECT_EQ(requests[2].result(), reply{4});
  EXPECT_EQ(requests[3].result(), reply{5});
  EXPECT_EQ(stats().restarts, 1u);
  EXPECT_EQ(stats().retried, 2u);
}

TEST_F(Pool, APoisonTaskIsGivenUpAfterItsAttemptsAndOthersAreAnswered) {
  auto options = adders(2);
  options.max_attempts = 3;
  spawn(std::move(options));
  warm_up();
  auto requests = open_all({1, 2, poison, 4, 5, 6, 7, 8});
  run();
  advance(5s);
  auto lost = requests[2].result();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error(), make_error(errc::worker_lost));
  EXPECT_EQ(describe(lost.error()),
            "3 workers died over the task, the last one: poison");
  for (size_t i : {0, 1, 3, 4, 5, 6, 7})
    EXPECT_EQ(requests[i].result(), reply{static_cast<int64_t>(i) + 2});
  EXPECT_EQ(stats().failed, 1u);
}

TEST_F(Pool, TasksBehindAQuitRunElsewhereAndNoneIsCharged) {
  auto options = adders(1);
  options.max_attempts = 1;
  spawn(std::move(options));
  warm_up();
  auto requests = open_all({1, bye, 3, 4});
  run();
  EXPECT_EQ(requests[0].result(), reply{2});
  EXPECT_EQ(requests[1].result(), reply{bye});
  EXPECT_EQ(requests[2].result(), reply{4});
  EXPECT_EQ(requests[3].result(), reply{5});
  EXPECT_EQ(stats().failed, 0u);
}

TEST_F(Pool, ATaskWithoutReplyYetIsRetriedWhenItsWorkerIsKilled) {
  caf::actor first = sys.spawn(adder);
  auto second = sys.spawn(
      []() -> caf::behavior { return {[](int64_t x) { return x * 100; }}; });
  std::vector<caf::actor> supply{second, first};
  pool_options options;
  options.workers.push_back(
      {{}, [&](start_desk&, const start_context&, const starter::done& f) {
         f(std::exchange(supply.back(), nullptr));
         supply.pop_back();
       }});
  spawn(std::move(options));
  auto task = open<int64_t>(pool_, never);
  run();
  EXPECT_FALSE(task.answered());
  self()->send_exit(first, caf::exit_reason::kill);
  run();
  EXPECT_EQ(task.result(), reply{100 * never});
}

TEST_F(Pool, AWorkerIsStartedAgainAtOnceThenLaterThenNeverAgain) {
  auto options = adders(1);
  options.max_attempts = 100;
  spawn(std::move(options));
  watch();
  auto task = open<int64_t>(pool_, poison);
  run();
  EXPECT_EQ(events(), (strings{"0 lost", "0 up", "0 lost"}));
  auto behind = open<int64_t>(pool_, int64_t{1});
  advance(200ms);
  EXPECT_EQ(events(),
            (strings{"0 up", "0 lost", "0 up", "0 lost", "0 given_up"}));
  for (auto x : {&task, &behind})
    EXPECT_EQ(x->result().error(), make_error(errc::no_workers));
  EXPECT_EQ(ask<int64_t>(pool_, int64_t{1}).error(),
            make_error(errc::no_workers));
  EXPECT_EQ(stats().workers, 0u);
  ASSERT_TRUE(ask<size_t>(pool_, worker_atom_v, pooled(adder)));
  EXPECT_EQ(ask<int64_t>(pool_, int64_t{1}), reply{2});
}

TEST_F(Pool, AWorkerThatIsDeadOnArrivalCountsAsLost) {
  caf::actor dead = sys.spawn(adder);
  self()->send_exit(dead, caf::exit_reason::kill);
  run();
  pool_options options;
  options.intensity.restarts = 0;
  options.workers.push_back(
      {{}, [&](start_desk&, const start_context&, const starter::done& f) {
         f(dead);
       }});
  options.workers.push_back(pooled(adder));
  spawn(std::move(options));
  EXPECT_EQ(ask<int64_t>(pool_, int64_t{1}), reply{2});
  EXPECT_EQ(stats().workers, 1u);
}

TEST_F(Pool, AStarterThatThrowsIsAFailedStart) {
  pool_options options;
  options.intensity.restarts = 0;
  options.workers.push_back(
      {{}, [](start_desk&, const start_context&, const starter::done&) {
         throw std::runtime_error{"no threads left"};
       }});
  spawn(std::move(options));
  auto refused = ask<int64_t>(pool_, int64_t{1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(describe(refused.error()),
            "no worker is left, the last loss: no threads left");
}

TEST_F(Pool, ALostNodesSlotsAreRemovedAndItsTasksRunElsewhere) {
  caf::actor remote = sys.spawn([](caf::event_based_actor* worker) {
    return caf::behavior{
        [=](int64_t) { return worker->make_response_promise(); }};
  });
  pool_options options;
  options.workers.push_back({{isolation::node, "b"},
                             [&](start_desk&, const start_context&,
                                 const starter::done& f) { f(remote); }});
  spawn(std::move(options));
  watch();
  auto task = open<int64_t>(pool_, int64_t{1});
  run();
  ASSERT_TRUE(ask<size_t>(pool_, worker_atom_v, pooled(adder)));
  EXPECT_EQ(events(), strings{"1 up"});
  caf::anon_send(remote,
                 caf::exit_msg{remote->address(), make_error(errc::link_lost)});
  run();
  auto lost = received<pool_event>();
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->what, pool_event::kind::lost);
  EXPECT_EQ(lost->node, "b");
  EXPECT_EQ(lost->requeued, 1u);
  EXPECT_EQ(lost->reason, "link_lost");
  EXPECT_EQ(events(), strings{"0 given_up"});
  EXPECT_EQ(task.result(), reply{2});
}

// -- slow starts --------------------------------------------------------------

TEST_F(Pool, TasksWaitForAStartUnderWay) {
  slow_starts starts;
  pool_options options;
  options.workers.push_back(starts.make());
  spawn(std::move(options));
  auto task = open<int64_t>(pool_, int64_t{1});
  run();
  EXPECT_FALSE(task.answered());
  starts.pending.at(0)(sys.spawn(adder));
  run();
  EXPECT_EQ(task.result(), reply{2});
}

TEST_F(Pool, AWorkerThatArrivesWhileThePoolStopsIsStopped) {
  slow_starts starts;
  pool_options options;
  options.workers.push_back(starts.make());
  spawn(std::move(options));
  auto task = open<int64_t>(pool_, int64_t{1});
  exit_pool();
  EXPECT_EQ(task.result().error(), make_error(errc::pool_stopped));
  starts.pending.at(0)(sys.spawn(adder));
  run();
  // The fixture finds out whether it still runs.
}

TEST_F(Pool, AStartUnderWayHoldsAStopBackForItsTimeOnly) {
  slow_starts starts;
  pool_options options{.stop_timeout = 2s};
  options.workers.push_back(starts.make());
  spawn(std::move(options));
  self()->monitor(pool_);
  exit_pool();
  EXPECT_FALSE(received<caf::down_msg>());
  advance(2s);
  EXPECT_TRUE(received<caf::down_msg>());
  starts.pending.at(0)(sys.spawn(adder));
  run();
}

TEST_F(Pool, TimesWithoutEndAreWaitedFor) {
  slow_starts starts;
  constexpr auto longest = caf::timespan::max();
  pool_options options{.start_timeout = longest, .stop_timeout = longest};
  options.workers.push_back(pooled(adder));
  options.workers.push_back(starts.make());
  spawn(std::move(options));
  EXPECT_EQ(ask<int64_t>(pool_, int64_t{1}), int64_t{2});
  self()->monitor(pool_);
  exit_pool();
  advance(1h);
  EXPECT_FALSE(received<caf::down_msg>());
  starts.pending.at(0)(sys.spawn(adder));
  run();
  EXPECT_TRUE(received<caf::down_msg>());
}

TEST_F(Pool, AWorkerThatArrivesAfterThePoolWasKilledIsStopped) {
  slow_starts starts;
  pool_options options;
  options.workers.push_back(starts.make());
  spawn(std::move(options));
  self()->send_exit(std::exchange(pool_, nullptr), caf::exit_reason::kill);
  run();
  starts.pending.at(0)(sys.spawn(adder));
  run();
}

// -- watching, withdrawing, draining, stopping --------------------------------

TEST_F(Pool, CountsWhatItDoes) {
  auto options = adders(2);
  options.max_queued = 1;
  spawn(std::move(options));
  auto held = open_all({never, never, 1, 2});
  run();
  auto x = stats();
  EXPECT_EQ(x.workers, 2u);
  EXPECT_EQ(x.outstanding, 2u);
  EXPECT_EQ(x.queued, 1u);
  EXPECT_EQ(x.accepted, 3u);
  EXPECT_EQ(x.refused, 1u);
}

TEST_F(Pool, AWithdrawnWorkerFinishesItsTaskAndEnds) {
  caf::actor worker = sys.spawn(adder);
  pool_options options;
  options.workers.push_back(
      {{}, [&](start_desk&, const start_context&, const starter::done& f) {
         f(worker);
       }});
  options.workers.push_back(pooled(adder));
  spawn(std::move(options));
  watch();
  self()->monitor(worker);
  EXPECT_TRUE(ask<void>(pool_, withdraw_atom_v, size_t{0}));
  ASSERT_TRUE(received<caf::down_msg>());
  EXPECT_EQ(events(), strings{"0 withdrawn"});
  EXPECT_EQ(ask<int64_t>(pool_, int64_t{1}), reply{2});
  EXPECT_EQ(stats().workers, 1u);
}

TEST_F(Pool, AnUnknownSlotCannotBeWithdrawn) {
  spawn(adders(1));
  auto result = ask<void>(pool_, withdraw_atom_v, size_t{7});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), make_error(errc::unknown_slot));
}

TEST_F(Pool, AWatcherThatEndedIsForgotten) {
  spawn(adders(1));
  caf::actor watcher = sys.spawn(adder);
  caf::weak_actor_ptr weak = caf::actor_cast<caf::weak_actor_ptr>(watcher);
  ASSERT_TRUE(ask<void>(pool_, watch_atom_v, watcher));
  self()->send_exit(watcher, caf::exit_reason::user_shutdown);
  watcher = nullptr;
  run();
  EXPECT_EQ(caf::actor_cast<caf::strong_actor_ptr>(weak), nullptr);
}

TEST_F(Pool, DrainIsAnsweredWhenTheLastTaskIs) {
  spawn({});
  EXPECT_TRUE(ask<void>(pool_, drain_atom_v));
  auto task = open<int64_t>(pool_, int64_t{1});
  auto drain = open<void>(pool_, drain_atom_v);
  run();
  EXPECT_FALSE(drain.answered());
  ASSERT_TRUE(ask<size_t>(pool_, worker_atom_v, pooled(adder)));
  EXPECT_TRUE(task.answered());
  EXPECT_TRUE(drain.result());
}

TEST_F(Pool, OnExitTasksAreAnsweredAndWorkersEnd) {
  spawn(adders(2));
  auto tasks = open_all({never, never, 1});
  auto drain = open<void>(pool_, drain_atom_v);
  run();
  self()->monitor(pool_);
  exit_pool();
  for (auto& x : tasks)
    EXPECT_EQ(x.result().error(), make_error(errc::pool_stopped));
  EXPECT_TRUE(drain.result());
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, caf::exit_reason::user_shutdown);
}

TEST_F(Pool, OnKillTasksAreAnsweredAndWorkersEnd) {
  spawn(adders(2));
  auto tasks = open_all({never, never, 1});
  run();
  self()->send_exit(std::exchange(pool_, nullptr), caf::exit_reason::kill);
  run();
  for (auto& x : tasks)
    EXPECT_EQ(x.result().error(), make_error(errc::pool_stopped));
}

TEST_F(Pool, APoolThatNobodyKnowsAnyMoreStopsItsWorkers) {
  spawn(adders(2));
  EXPECT_EQ(running(), 3u);
  pool_ = nullptr;
  run();
  EXPECT_EQ(running(), 0u);
}

TEST_F(Pool, AWorkerThatIgnoresTheExitIsKilledAfterAWhile) {
  pool_options options;
  options.workers.push_back(pooled([](caf::event_based_actor* worker) {
    worker->set_exit_handler([](caf::exit_msg&) {});
    return caf::behavior{[](int64_t x) { return x; }};
  }));
  spawn(std::move(options));
  exit_pool();
  advance(4s);
  EXPECT_EQ(running(), 2u);
  advance(1s);
  EXPECT_EQ(running(), 0u);
}

TEST_F(Pool, TasksAndWorkersAreRefusedWhileThePoolStops) {
  slow_starts starts;
  pool_options options;
  options.workers.push_back(starts.make());
  auto handle = spawn(std::move(options));
  exit_pool();
  EXPECT_EQ(ask<int64_t>(handle, int64_t{1}).error(),
            make_error(errc::pool_stopped));
  EXPECT_EQ(ask<size_t>(handle, worker_atom_v, pooled(adder)).error(),
            make_error(errc::pool_stopped));
  advance(5s);
}

} // namespace
} // namespace troupe
