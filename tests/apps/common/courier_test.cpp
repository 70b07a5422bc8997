// SPDX-License-Identifier: Apache-2.0

#include "common/courier.hpp"

#include <map>
#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

#include "caf/event_based_actor.hpp"
#include "support/deterministic.hpp"
#include "troupe/pool/pool.hpp"

namespace app {

namespace {

using namespace std::chrono_literals;

caf::behavior doubler(caf::event_based_actor*) {
  return {[](int64_t x) {
    if (x == 13)
      throw std::runtime_error("superstition");
    return 2 * x;
  }};
}

class courier_test : public troupe::test::deterministic {
protected:
  ~courier_test() override {
    for (auto& x : {courier_, pool_})
      if (x)
        self()->send_exit(x, caf::exit_reason::user_shutdown);
    run();
  }

  void start(std::vector<int64_t> tasks, size_t workers, size_t window) {
    troupe::pool_options pool;
    pool.workers.assign(workers, troupe::pooled(doubler));
    pool_ = sys.spawn<troupe::pool>(std::move(pool));
    courier_options options{
        .tasks = tasks.size(),
        .make =
            [tasks](size_t i) { return caf::make_message(int64_t{tasks[i]}); },
        .pool = pool_,
        .receiver = caf::actor_cast<caf::actor>(self()),
        .window = window,
    };
    courier_ = sys.spawn(courier<int64_t>, std::move(options));
    run();
    receive_all();
  }

  void receive_all() {
    while (self()->has_next_message())
      self()->receive(
          [this](uint64_t task, int64_t x) { answers_[task] = x; },
          [this](const delivery_failed& x) { failures_.push_back(x); });
  }

  caf::actor pool_;
  caf::actor courier_;
  std::map<uint64_t, int64_t> answers_;
  std::vector<delivery_failed> failures_;
};

} // namespace

TEST_F(courier_test, HandsOnEachAnswerWithItsNumber) {
  start({5, 7, 9}, 2, 64);
  EXPECT_EQ(answers_, (std::map<uint64_t, int64_t>{{0, 10}, {1, 14}, {2, 18}}));
  EXPECT_TRUE(failures_.empty());
}

TEST_F(courier_test, SendsNoMoreThanItsWindow) {
  start({1, 2, 3, 4}, 1, 2);
  EXPECT_EQ(answers_.size(), 2u);
  self()->send(courier_, answers_used{1});
  run();
  receive_all();
  EXPECT_EQ(answers_.size(), 3u);
}

TEST_F(courier_test, NamesTheTaskThatFailed) {
  start({1, 13, 2}, 1, 64);
  advance(1h);
  receive_all();
  ASSERT_EQ(failures_.size(), 1u);
  EXPECT_EQ(failures_.front().task, 1u);
  EXPECT_NE(failures_.front().reason.find("superstition"), std::string::npos);
}

TEST_F(courier_test, SaysThatATaskCannotBeMade) {
  pool_ = sys.spawn<troupe::pool>(troupe::pool_options{});
  courier_ = sys.spawn(courier<int64_t>,
                       courier_options{
                           .tasks = 5,
                           .make = [](size_t) -> caf::message {
                             throw std::runtime_error("the file is gone");
                           },
                           .pool = pool_,
                           .receiver = caf::actor_cast<caf::actor>(self()),
                       });
  run();
  receive_all();
  ASSERT_EQ(failures_.size(), 1u);
  EXPECT_EQ(failures_.front().reason, "the file is gone");
}

TEST_F(courier_test, SaysThatThePoolIsGone) {
  start({1, 2, 3}, 1, 1);
  self()->send_exit(pool_, caf::exit_reason::user_shutdown);
  run();
  receive_all();
  ASSERT_EQ(failures_.size(), 1u);
  EXPECT_NE(failures_.front().reason.find("the pool ended"), std::string::npos);
}

} // namespace app
