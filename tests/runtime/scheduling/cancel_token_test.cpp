// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/cancel_token.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "support/eventually.hpp"
#include "troupe/scheduling/scheduler.hpp"
#include "troupe/scheduling/spawn.hpp"

using namespace std::chrono_literals;
using troupe::test::eventually;

namespace troupe {
namespace {

constexpr auto patience = 10s;

/// A cell whose messages tell when they begin, and end when they are cancelled
/// or told to.
class CancelToken : public testing::Test {
protected:
  CancelToken() {
    cfg_.load<scheduler>();
    sys_ = std::make_unique<caf::actor_system>(cfg_);
    self_ = std::make_unique<caf::scoped_actor>(*sys_);
  }

  ~CancelToken() override {
    self_.reset();
    sys_.reset();
  }

  caf::actor start(cell_options opts = {}) {
    return spawn(*sys_, opts, [this](caf::event_based_actor* self) {
      // Kept for all messages.
      cancel_token token{self};
      return caf::behavior{[=, this](int x) {
        begun_ = x;
        while (!token.requested() && ended_ < x)
          std::this_thread::yield();
        return token.requested();
      }};
    });
  }

  bool begun(int x) {
    return eventually(patience, [&] { return begun_ == x; });
  }

  caf::scoped_actor& me() {
    return *self_;
  }

  /// Returns whether the next answer says that its message was cancelled.
  bool was_cancelled() {
    auto result = false;
    me()->receive([&](bool x) { result = x; },
                  caf::after(patience) >> [] { FAIL() << "no answer"; });
    return result;
  }

  void send(const caf::actor& x, int n) {
    me()->send(x, n);
  }

  std::atomic<int> begun_ = 0;
  std::atomic<int> ended_ = 0;

private:
  caf::actor_system_config cfg_;
  std::unique_ptr<caf::actor_system> sys_;
  std::unique_ptr<caf::scoped_actor> self_;
};

TEST_F(CancelToken, IsSetForTheMessageInWorkOnly) {
  auto x = start();
  for (int i : {1, 2, 3, 4})
    send(x, i);
  ASSERT_TRUE(begun(1));
  EXPECT_TRUE(request_cancel(x));
  EXPECT_TRUE(was_cancelled());
  ASSERT_TRUE(begun(2));
  ended_ = 2;
  EXPECT_FALSE(was_cancelled());
  ASSERT_TRUE(begun(3));
  EXPECT_TRUE(request_cancel(x));
  EXPECT_TRUE(was_cancelled());
  ended_ = 4;
  EXPECT_FALSE(was_cancelled());
  me()->send_exit(x, caf::exit_reason::kill);
}

TEST_F(CancelToken, BetweenMessagesThereIsNothingToCancel) {
  auto x = start();
  ended_ = 2;
  send(x, 1);
  EXPECT_FALSE(was_cancelled());
  ASSERT_TRUE(eventually(patience, [&] { return !stats_of(x)->busy_for; }));
  EXPECT_FALSE(request_cancel(x));
  send(x, 2);
  EXPECT_FALSE(was_cancelled());
  me()->send_exit(x, caf::exit_reason::kill);
}

TEST_F(CancelToken, AMessageThatHasJustBegunIsSpared) {
  auto x = start();
  send(x, 1);
  ASSERT_TRUE(begun(1));
  EXPECT_FALSE(request_cancel(x, 1h));
  EXPECT_TRUE(eventually(patience, [&] { return request_cancel(x, 1ms); }));
  EXPECT_TRUE(was_cancelled());
  me()->send_exit(x, caf::exit_reason::kill);
}

TEST_F(CancelToken, ARequestToExitStaysWhateverElseIsAsked) {
  auto x = start();
  send(x, 1);
  ASSERT_TRUE(begun(1));
  me()->send_exit(x, caf::exit_reason::user_shutdown);
  EXPECT_TRUE(request_cancel(x));
  EXPECT_TRUE(was_cancelled());
  me()->monitor(x);
  me()->receive([](const caf::down_msg& y) {
    EXPECT_EQ(y.reason, caf::exit_reason::user_shutdown);
  });
}

TEST_F(CancelToken, ACellWithoutHistoryCannotBeCancelled) {
  cell_options opts;
  opts.history = 0;
  auto x = start(opts);
  send(x, 1);
  ASSERT_TRUE(begun(1));
  EXPECT_FALSE(request_cancel(x));
  ended_ = 1;
  EXPECT_FALSE(was_cancelled());
  me()->send_exit(x, caf::exit_reason::kill);
}

TEST_F(CancelToken, AStockActorCannotBeCancelled) {
  auto x = me()->spawn(
      [](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
  EXPECT_FALSE(request_cancel(x));
  EXPECT_FALSE(request_cancel(caf::actor{}));
  me()->send_exit(x, caf::exit_reason::kill);
}

} // namespace
} // namespace troupe
