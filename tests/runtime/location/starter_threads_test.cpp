// SPDX-License-Identifier: Apache-2.0

#include "troupe/location/starter.hpp"

#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/after.hpp"
#include "caf/blocking_actor.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"
#include "troupe/config.hpp"
#include "troupe/supervision/child_context.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

constexpr auto patience = 10s;

/// Real threads; one parent per start.
class StarterThreads : public testing::Test {
protected:
  /// Starts `x` and waits for what comes of it.
  caf::expected<caf::actor> start(const starter& x,
                                  start_context context = {}) {
    std::promise<caf::expected<caf::actor>> promise;
    auto parent = self_->spawn([&](caf::event_based_actor* self) {
      x(self, context,
        [&](caf::expected<caf::actor> y) { promise.set_value(std::move(y)); });
      return caf::behavior{[](int) {}};
    });
    auto future = promise.get_future();
    EXPECT_EQ(future.wait_for(patience), std::future_status::ready);
    auto result = future.get();
    self_->send_exit(parent, caf::exit_reason::kill);
    return result;
  }

  caf::error reason_of_end(const caf::actor& x) {
    caf::error result;
    self_->monitor(x);
    self_->receive([&](const caf::down_msg& y) { result = y.reason; },
                   caf::after(patience) >> [] { FAIL() << "no end"; });
    return result;
  }

  template <class T, class... Ts>
  caf::expected<T> ask(const caf::actor& x, Ts... xs) {
    caf::expected<T> result{caf::sec::runtime_error};
    self_->request(x, patience, xs...)
        .receive([&](T& y) { result = std::move(y); },
                 [&](caf::error& y) { result = std::move(y); });
    return result;
  }

  config config_;
  caf::actor_system sys_{config_.threads(2)};
  caf::scoped_actor self_{sys_};
};

TEST_F(StarterThreads, AFunctionHasAThreadOfItsOwn) {
  auto x = start(thread([](caf::event_based_actor*) {
    auto mine = std::this_thread::get_id();
    return caf::behavior{
        [mine](int) { return mine == std::this_thread::get_id(); }};
  }));
  ASSERT_TRUE(x);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(ask<bool>(*x, i), true);
  self_->send_exit(*x, caf::exit_reason::user_shutdown);
  EXPECT_EQ(reason_of_end(*x), caf::exit_reason::user_shutdown);
}

class doubler : public caf::event_based_actor {
public:
  explicit doubler(caf::actor_config& cfg) : event_based_actor(cfg) {
    // nop
  }

  caf::behavior make_behavior() override {
    return {[](int x) { return 2 * x; }};
  }
};

TEST_F(StarterThreads, AnActorClassHasAThreadOfItsOwn) {
  auto x = start(thread<doubler>());
  ASSERT_TRUE(x);
  EXPECT_EQ(ask<int>(*x, 7), 14);
  self_->send_exit(*x, caf::exit_reason::kill);
}

TEST_F(StarterThreads, AnInitFunctionThatThrowsOnItsThreadGivesTheText) {
  auto x = start(thread([](caf::event_based_actor*) -> caf::behavior {
    throw std::runtime_error{"no such table"};
  }));
  ASSERT_FALSE(x);
  EXPECT_EQ(describe(x.error()), "no such table");
}

TEST_F(StarterThreads, AnInitFunctionMayBlockLongerThanItsParentWaits) {
  std::promise<void> leave;
  auto gate = leave.get_future().share();
  std::promise<caf::actor> inside;
  auto x = start(thread([&, gate](caf::event_based_actor* self) {
                   inside.set_value(self);
                   gate.wait();
                   return caf::behavior{[](int y) { return y; }};
                 }),
                 {.timeout = 10ms});
  ASSERT_FALSE(x);
  EXPECT_EQ(x.error(), errc::start_timeout);
  auto late = inside.get_future().get();
  leave.set_value();
  EXPECT_EQ(reason_of_end(late), caf::exit_reason::user_shutdown);
}

TEST_F(StarterThreads, ABlockingFunctionKnowsWhatItIsAndKeepsItsText) {
  auto x = start(thread([](caf::blocking_actor* self) {
                   auto context = child_context_of(self);
                   self->receive([&](int) {
                     throw std::runtime_error{context ? context->id : "?"};
                   });
                 }),
                 {.child = "pump"});
  ASSERT_TRUE(x);
  self_->send(*x, 1);
  auto reason = reason_of_end(*x);
  EXPECT_EQ(reason, errc::unhandled_exception);
  EXPECT_EQ(describe(reason), "pump");
  EXPECT_EQ(exception_type(reason), "std::runtime_error");
}

class pump : public caf::blocking_actor {
public:
  pump(caf::actor_config& cfg, int n) : blocking_actor(cfg), n_(n) {
    if (n < 0)
      throw std::invalid_argument{"runs backwards"};
  }

  void act() override {
    receive([this](int x) { return x + n_; });
  }

private:
  int n_;
};

TEST_F(StarterThreads, ABlockingActorClassIsStarted) {
  auto x = start(thread<pump>(3));
  ASSERT_TRUE(x);
  EXPECT_EQ(ask<int>(*x, 7), 10);
  EXPECT_FALSE(reason_of_end(*x));
}

TEST_F(StarterThreads, ABlockingActorClassThatCannotBeMadeGivesTheText) {
  auto x = start(thread<pump>(-1));
  ASSERT_FALSE(x);
  EXPECT_EQ(describe(x.error()), "runs backwards");
}

} // namespace
} // namespace troupe
