// SPDX-License-Identifier: Apache-2.0

#include "feeder.hpp"

#include <deque>

#include <gtest/gtest.h>

#include "caf/event_based_actor.hpp"
#include "caf/sec.hpp"
#include "support/deterministic.hpp"
#include "troupe/actors/fib.hpp"
#include "troupe/base/errc.hpp"

namespace fib_app {

using namespace std::chrono_literals;

namespace {

class feeder_test : public troupe::test::deterministic {
protected:
  ~feeder_test() override {
    if (feeder_)
      self()->send_exit(feeder_, caf::exit_reason::user_shutdown);
    self()->send_exit(pool_, caf::exit_reason::user_shutdown);
    run();
  }

  void start(task_list tasks, size_t window) {
    feeder_options options;
    options.tasks = std::move(tasks);
    options.pool = pool_;
    options.receiver = caf::actor_cast<caf::actor>(self());
    options.window = window;
    feeder_ = sys.spawn(feeder, std::move(options));
    run();
  }

  /// Tells the feeder that a batch has been handled.
  void handled(size_t answers) {
    self()->send(feeder_, batch_handled{answers});
    run();
  }

  /// Answers the oldest open task.
  void answer(uint64_t value) {
    self()->send(pool_, value);
    run();
  }

  /// Answers the oldest open task with an error.
  void refuse(troupe::errc code, std::string text) {
    self()->send(pool_, static_cast<uint8_t>(code), std::move(text));
    run();
  }

  /// Requests that a test answers by hand.
  std::deque<caf::response_promise> open_;

  caf::actor pool_ = sys.spawn([this](caf::event_based_actor* self) {
    return caf::behavior{
        [this, self](int64_t) {
          open_.push_back(self->make_response_promise());
          return open_.back();
        },
        [this](uint64_t value) {
          open_.front().deliver(value, caf::timespan{1});
          open_.pop_front();
        },
        [this](uint8_t code, std::string& text) {
          open_.front().deliver(
              make_error(static_cast<troupe::errc>(code), std::move(text)));
          open_.pop_front();
        },
    };
  });
  caf::actor feeder_;
};

} // namespace

TEST_F(feeder_test, HandsAnswersOverWithTheirWorker) {
  start({10, 11}, 100);
  ASSERT_EQ(open_.size(), 2u);
  answer(55);
  auto first = received<result_batch>();
  ASSERT_TRUE(first);
  ASSERT_EQ(first->results.size(), 1u);
  EXPECT_EQ(first->results[0].task, 0u);
  EXPECT_EQ(first->results[0].value, 55u);
  EXPECT_EQ(first->results[0].worker, 0u);
  EXPECT_EQ(first->new_workers, std::vector{sys.node()});
  answer(89);
  auto second = received<result_batch>();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->results.at(0).task, 1u);
  EXPECT_TRUE(second->new_workers.empty()) << "the worker is known";
}

TEST_F(feeder_test, CollectsAnswersThatComeTogether) {
  start({1, 1, 1}, 100);
  for (int i = 0; i < 3; ++i)
    self()->send(pool_, uint64_t{1});
  run();
  auto batch = received<result_batch>();
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->results.size(), 3u);
  EXPECT_FALSE(received<result_batch>());
}

TEST_F(feeder_test, WaitsForTheReceiverOnceTheWindowIsFull) {
  start({1, 2, 3}, 2);
  EXPECT_EQ(open_.size(), 2u);
  answer(1);
  EXPECT_EQ(open_.size(), 1u) << "answered, but not handled";
  EXPECT_TRUE(received<result_batch>());
  handled(1);
  EXPECT_EQ(open_.size(), 2u);
}

TEST_F(feeder_test, SendsATaskAgainThatFoundTheQueueFull) {
  start({1, 2}, 100);
  refuse(troupe::errc::queue_full, "not now");
  EXPECT_EQ(open_.size(), 1u) << "no pause";
  advance(1s);
  EXPECT_EQ(open_.size(), 2u);
  EXPECT_FALSE(received<result_batch>());
}

TEST_F(feeder_test, ReportsATaskThatFailed) {
  start({1}, 100);
  refuse(troupe::errc::worker_lost, "lost three times");
  auto batch = received<result_batch>();
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->failures.size(), 1u);
  EXPECT_EQ(batch->failures[0].task, 0u);
  EXPECT_EQ(batch->failures[0].reason, "lost three times");
}

TEST_F(feeder_test, GivesUpWithoutWorkersOnlyAfterAWhile) {
  start({1}, 100);
  for (int i = 0; i < 9; ++i) {
    ASSERT_EQ(open_.size(), 1u);
    refuse(troupe::errc::no_workers, "no worker is left");
    advance(1s);
    ASSERT_FALSE(received<feeding_failed>());
  }
  advance(2s);
  refuse(troupe::errc::no_workers, "no worker is left");
  auto failed = received<feeding_failed>();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->reason, "no worker is left");
}

TEST_F(feeder_test, ForgetsATimeWithoutWorkersWithTheNextAnswer) {
  start({1, 2}, 100);
  refuse(troupe::errc::no_workers, "not now");
  advance(9s);
  answer(1);
  advance(9s);
  EXPECT_TRUE(received<result_batch>());
  refuse(troupe::errc::no_workers, "not now");
  EXPECT_FALSE(received<feeding_failed>());
}

TEST_F(feeder_test, SaysThatThePoolEnded) {
  start({1}, 100);
  self()->send_exit(pool_, caf::exit_reason::kill);
  run();
  auto failed = received<feeding_failed>();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->reason, "the pool ended: kill");
}

} // namespace fib_app
