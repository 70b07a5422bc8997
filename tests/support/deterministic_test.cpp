// SPDX-License-Identifier: Apache-2.0

#include "support/deterministic.hpp"

#include <chrono>
#include <memory>
#include <vector>

#include <gtest/gtest-spi.h>

#include "troupe/base/errc.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/stateful_actor.hpp"

using namespace std::chrono_literals;

namespace troupe::test {

namespace {

/// Counts one per second from its start, and tells on request.
struct ticker_state {
  int ticks = 0;
};

caf::behavior ticker(caf::stateful_actor<ticker_state>* self) {
  self->delayed_send(self, 1s, caf::tick_atom_v);
  return {
      [self](caf::tick_atom) {
        ++self->state.ticks;
        self->delayed_send(self, 1s, caf::tick_atom_v);
      },
      [self](caf::get_atom) { return self->state.ticks; },
  };
}

/// Answers nothing until it is told to.
caf::behavior hesitant(caf::event_based_actor* self) {
  auto open = std::make_shared<std::vector<caf::response_promise>>();
  return {
      [=](int) {
        open->push_back(self->make_response_promise());
        return open->back();
      },
      [=](caf::ok_atom) {
        for (auto& x : *open)
          x.deliver(7);
      },
  };
}

caf::behavior failing() {
  return {
      [](int) -> caf::result<int> {
        return make_error(errc::queue_full, "4 tasks wait, limit 4");
      },
      [](double) { /* a reply without value */ },
  };
}

class deterministic_test : public deterministic {
protected:
  void end(const caf::actor& x) {
    self()->send_exit(x, caf::exit_reason::user_shutdown);
    run();
  }
};

TEST_F(deterministic_test, NothingRunsBeforeRun) {
  auto worker = sys.spawn(hesitant);
  auto request = open<int>(worker, 1);
  self()->send(worker, caf::ok_atom_v);
  EXPECT_FALSE(request.answered());
  run();
  ASSERT_TRUE(request.answered());
  EXPECT_EQ(request.result(), 7);
}

TEST_F(deterministic_test, AdvanceStopsAtEachTimeoutOnTheWay) {
  auto worker = sys.spawn(ticker);
  run();
  advance(3500ms);
  EXPECT_EQ(ask<int>(worker, caf::get_atom_v), 3);
  advance(500ms);
  EXPECT_EQ(ask<int>(worker, caf::get_atom_v), 4);
  end(worker);
}

TEST_F(deterministic_test, AskReturnsTheErrorOfTheReply) {
  auto worker = sys.spawn(failing);
  auto reply = ask<int>(worker, 1);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error(), make_error(errc::queue_full));
  EXPECT_EQ(sys.render(reply.error()), "4 tasks wait, limit 4");
  EXPECT_TRUE(ask<void>(worker, 1.0));
}

TEST_F(deterministic_test, AskTellsSilenceAndAWrongTypeApart) {
  auto silent = sys.spawn(hesitant);
  EXPECT_EQ(ask<int>(silent, 1).error(), caf::sec::request_timeout);
  self()->send(silent, caf::ok_atom_v);
  EXPECT_EQ(ask<std::string>(sys.spawn(failing), 1.0).error(),
            caf::sec::unexpected_response);
}

TEST_F(deterministic_test, ReceivedTakesMessagesInOrder) {
  self()->send(self(), 1);
  self()->send(self(), 2);
  EXPECT_EQ(received<int>(), 1);
  EXPECT_EQ(received<int>(), 2);
  EXPECT_EQ(received<int>(), std::nullopt);
}

TEST_F(deterministic_test, ReceivedRefusesAnotherType) {
  self()->send(self(), 1);
  EXPECT_NONFATAL_FAILURE(received<double>(),
                          "expected (double), got (1) from");
}

/// Only a test within the test: leaves an actor behind.
class leaky : public deterministic {
public:
  leaky() {
    sys.spawn(ticker);
  }

private:
  void TestBody() override {
    // nop
  }
};

TEST(Deterministic, AnActorLeftBehindIsAFailure) {
  EXPECT_NONFATAL_FAILURE({ leaky{}; }, "1 actor still runs: ");
}

} // namespace

} // namespace troupe::test
