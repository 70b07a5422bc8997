// SPDX-License-Identifier: Apache-2.0

#include "troupe/location/starter.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/send.hpp"
#include "caf/stateful_actor.hpp"
#include "caf/typed_event_based_actor.hpp"

#include "support/deterministic.hpp"
#include "troupe/base/death_reason.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"
#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/exit_origin.hpp"

#include "supervision/child_handle.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using outcome = caf::expected<caf::actor>;

caf::behavior echo(caf::event_based_actor*) {
  return {[](int x) { return x; }};
}

/// An actor that starts others when it is told to.
class Starter : public test::deterministic {
protected:
  Starter() {
    parent_ = sys.spawn([this](caf::event_based_actor* self) {
      desk_.emplace(self);
      return caf::behavior{[this](caf::ok_atom) { order_(*desk_); }};
    });
    run();
  }

  ~Starter() override {
    end_parent();
    for (auto& x : outcomes_)
      if (x)
        self()->send_exit(*x, caf::exit_reason::kill);
  }

  void end_parent() {
    self()->send_exit(parent_, caf::exit_reason::kill);
    desk_.reset();
    run();
  }

  /// Has the parent start `x` without running further.
  void order(const starter& x, start_context context = {}) {
    order_ = [=, this](start_desk& desk) {
      x(desk, context,
        [this](outcome y) { outcomes_.push_back(std::move(y)); });
    };
    self()->send(parent_, caf::ok_atom_v);
  }

  /// Has the parent start `x` and runs until all are idle.
  void start(const starter& x, start_context context = {}) {
    order(x, std::move(context));
    run();
  }

  caf::error failure(size_t i = 0) {
    return i < outcomes_.size() && !outcomes_[i] ? outcomes_[i].error()
                                                 : caf::error{};
  }

  caf::actor parent_;
  std::optional<start_desk> desk_;
  std::vector<outcome> outcomes_;

private:
  std::function<void(start_desk&)> order_;
};

// -- what can be started ------------------------------------------------------

TEST_F(Starter, AFunctionBecomesACell) {
  start(pooled(echo));
  ASSERT_EQ(outcomes_.size(), 1u);
  ASSERT_TRUE(outcomes_[0]);
  EXPECT_EQ(ask<int>(*outcomes_[0], 7), 7);
  EXPECT_TRUE(stats_of(*outcomes_[0]));
}

TEST_F(Starter, AFunctionWithoutSelfAndWithArgumentsBecomesACell) {
  start(pooled(
      [](int a, const std::string& b) {
        return caf::behavior{[=](int x) { return b + std::to_string(a + x); }};
      },
      2, std::string{"n"}));
  ASSERT_EQ(outcomes_.size(), 1u);
  ASSERT_TRUE(outcomes_[0]);
  EXPECT_EQ(ask<std::string>(*outcomes_[0], 7), "n9");
  EXPECT_TRUE(stats_of(*outcomes_[0]));
}

struct counter_state {
  int count = 0;
};

TEST_F(Starter, AStatefulActorBecomesACell) {
  start(pooled([](caf::stateful_actor<counter_state>* self) {
    return caf::behavior{[=](int x) { return self->state.count += x; }};
  }));
  ASSERT_EQ(outcomes_.size(), 1u);
  ASSERT_TRUE(outcomes_[0]);
  EXPECT_EQ(ask<int>(*outcomes_[0], 7), 7);
  EXPECT_EQ(ask<int>(*outcomes_[0], 7), 14);
  EXPECT_TRUE(stats_of(*outcomes_[0]));
}

using typed_echo = caf::typed_actor<caf::replies_to<int>::with<int>>;

TEST_F(Starter, ATypedActorBecomesACell) {
  start(pooled([](typed_echo::pointer) -> typed_echo::behavior_type {
    return {[](int x) { return x; }};
  }));
  ASSERT_EQ(outcomes_.size(), 1u);
  ASSERT_TRUE(outcomes_[0]);
  EXPECT_EQ(ask<int>(*outcomes_[0], 7), 7);
  EXPECT_TRUE(stats_of(*outcomes_[0]));
}

class adder : public caf::event_based_actor {
public:
  adder(caf::actor_config& cfg, int n) : event_based_actor(cfg), n_(n) {
    if (n == 13)
      throw std::invalid_argument{"unlucky"};
  }

  caf::behavior make_behavior() override {
    return {[this](int x) { return x + n_; }};
  }

private:
  int n_;
};

TEST_F(Starter, AnActorClassBecomesACell) {
  start(pooled<adder>(3));
  ASSERT_EQ(outcomes_.size(), 1u);
  ASSERT_TRUE(outcomes_[0]);
  EXPECT_EQ(ask<int>(*outcomes_[0], 7), 10);
  EXPECT_TRUE(stats_of(*outcomes_[0]));
}

/// Looks at each message before its handler does.
class census : public caf::event_based_actor {
public:
  explicit census(caf::actor_config& cfg) : event_based_actor(cfg) {
    // nop
  }

  caf::behavior make_behavior() override {
    return {[this](int) { return seen_; }};
  }

  caf::invoke_message_result consume(caf::mailbox_element& x) override {
    ++seen_;
    return event_based_actor::consume(x);
  }

private:
  int seen_ = 0;
};

TEST_F(Starter, AnActorClassThatConsumesMessagesItselfStillDoes) {
  start(pooled<census>());
  ASSERT_EQ(outcomes_.size(), 1u);
  ASSERT_TRUE(outcomes_[0]);
  EXPECT_EQ(ask<int>(*outcomes_[0], 7), 1);
  EXPECT_EQ(ask<int>(*outcomes_[0], 7), 2);
}

TEST_F(Starter, TheSameStarterStartsAnyNumberOfActors) {
  auto x = pooled<adder>(3);
  for (int i = 0; i < 1'000; ++i)
    order(x);
  run();
  ASSERT_EQ(outcomes_.size(), 1'000u);
  for (auto& y : outcomes_)
    EXPECT_TRUE(y);
  EXPECT_EQ(desk_->size(), 0u);
}

TEST_F(Starter, TheOwnersHooksAreCalledWhenTheActorEnds) {
  auto owner = child_handle::make(sys, {});
  start(pooled(echo), {.hooks = owner->hooks()});
  auto& x = outcomes_.at(0).value();
  owner->bind(x, 1);
  self()->send_exit(x, caf::exit_reason::kill);
  self()->send(owner->handle(), 1);
  run();
  EXPECT_EQ(owner->stats().salvaged, 1u);
}

// -- acknowledgement ----------------------------------------------------------

TEST_F(Starter, TheStartIsAcknowledgedOnlyAfterTheInitFunction) {
  std::vector<std::string> log;
  order(pooled([&](caf::event_based_actor*) -> caf::behavior {
    log.push_back("init with " + std::to_string(outcomes_.size()) + " done");
    return {[](int x) { return x; }};
  }));
  run();
  EXPECT_EQ(log, std::vector<std::string>{"init with 0 done"});
  EXPECT_EQ(outcomes_.size(), 1u);
}

TEST_F(Starter, AnInitFunctionThatThrowsGivesTheText) {
  start(pooled([](caf::event_based_actor*) -> caf::behavior {
    throw std::runtime_error{"no such table"};
  }));
  EXPECT_EQ(failure(), errc::unhandled_exception);
  EXPECT_EQ(describe(failure()), "no such table");
  EXPECT_EQ(desk_->size(), 0u);
}

TEST_F(Starter, AConstructorThatThrowsGivesTheText) {
  start(pooled<adder>(13));
  EXPECT_EQ(failure(), errc::unhandled_exception);
  EXPECT_EQ(describe(failure()), "unlucky");
  EXPECT_EQ(desk_->size(), 0u);
}

TEST_F(Starter, AnInitFunctionThatQuitsWithAnErrorGivesTheError) {
  start(pooled([](caf::event_based_actor* self) -> caf::behavior {
    self->quit(make_error(errc::bad_input, "no file"));
    return {[](int x) { return x; }};
  }));
  EXPECT_EQ(failure(), errc::bad_input);
  EXPECT_EQ(describe(failure()), "no file");
}

TEST_F(Starter, AnInitFunctionMayDeclineToStart) {
  start(pooled([](caf::event_based_actor* self) -> caf::behavior {
    ignore_start(self);
    return {};
  }));
  EXPECT_EQ(failure(), errc::start_ignored);
}

TEST_F(Starter, AnActorThatDoesItsWorkInTheInitFunctionHasStarted) {
  start(pooled([](caf::event_based_actor*) {}));
  ASSERT_EQ(outcomes_.size(), 1u);
  EXPECT_TRUE(outcomes_[0]);
}

// -- causes of death ---------------------------------------------------------

/// Ends a child in one of many ways.
class StarterDeath : public Starter {
protected:
  caf::actor child(const starter& x) {
    start(x);
    auto result = outcomes_.empty() || !outcomes_.back() ? caf::actor{}
                                                         : *outcomes_.back();
    self()->monitor(result);
    return result;
  }

  std::string line(const caf::actor& x) {
    run();
    auto down = received<caf::down_msg>();
    return down ? to_string(explain(down->reason, exit_origin_of(x))) : "alive";
  }
};

TEST_F(StarterDeath, AnExceptionInAHandlerHasClassAndText) {
  auto x = child(pooled([](caf::event_based_actor*) -> caf::behavior {
    return {[](int) { throw std::out_of_range{"index 7"}; }};
  }));
  self()->send(x, 1);
  EXPECT_EQ(line(x), "std::out_of_range: index 7");
}

TEST_F(StarterDeath, AnErrorOfItsOwn) {
  auto x = child(pooled([](caf::event_based_actor* self) -> caf::behavior {
    return {
        [self](int) { self->quit(make_error(errc::bad_input, "no file")); }};
  }));
  self()->send(x, 1);
  EXPECT_EQ(line(x), "quit: no file");
}

TEST_F(StarterDeath, TheEndOfItsWork) {
  auto x = child(pooled([](caf::event_based_actor* self) -> caf::behavior {
    return {[self](int) { self->quit(); }};
  }));
  self()->send(x, 1);
  EXPECT_EQ(line(x), "finished");
}

TEST_F(StarterDeath, AnExitMessageNamesItsSender) {
  auto x = child(pooled(echo));
  self()->send_exit(x, caf::exit_reason::user_shutdown);
  EXPECT_EQ(line(x), "told to exit by actor " + std::to_string(self()->id())
                         + ": user_shutdown");
}

TEST_F(StarterDeath, AnExitMessageWithoutSender) {
  auto x = child(pooled(echo));
  caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  EXPECT_EQ(line(x), "told to exit: user_shutdown");
}

TEST_F(StarterDeath, AKillNamesItsSender) {
  auto x = child(pooled(echo));
  self()->send_exit(x, caf::exit_reason::kill);
  EXPECT_EQ(line(x), "killed by actor " + std::to_string(self()->id()));
}

TEST_F(StarterDeath, ALinkNamesTheActorThatEnded) {
  auto friend_of_it = sys.spawn([](caf::event_based_actor* self) {
    self->set_exception_handler(exception_reason);
    return caf::behavior{[](int) { throw std::runtime_error{"out of tea"}; }};
  });
  auto x = child(pooled([=](caf::event_based_actor* self) -> caf::behavior {
    self->link_to(friend_of_it);
    return {[](int) {}};
  }));
  self()->send(friend_of_it, 1);
  EXPECT_EQ(line(x), "linked actor " + std::to_string(friend_of_it.id())
                         + " ended: std::runtime_error: out of tea");
}

TEST_F(StarterDeath, AnExitMessageThatWasIgnoredIsNotTheCause) {
  auto x = child(pooled([](caf::event_based_actor* self) -> caf::behavior {
    self->set_exit_handler([](caf::exit_msg&) {});
    return {[](int) { throw std::runtime_error{"out of tea"}; }};
  }));
  self()->send_exit(x, caf::exit_reason::user_shutdown);
  self()->send(x, 1);
  EXPECT_EQ(line(x), "std::runtime_error: out of tea");
}

TEST_F(StarterDeath, AStockActorTellsWhatCafTells) {
  auto x = sys.spawn(echo);
  self()->monitor(x);
  self()->send_exit(x, caf::exit_reason::user_shutdown);
  EXPECT_EQ(line(x), "quit: user_shutdown");
}

// -- deadlines ----------------------------------------------------------------

/// A starter of actors that never acknowledge, as if their init function hung.
starter hanging(std::vector<caf::actor>& children) {
  return {
      {}, [&](start_desk& desk, const start_context& context, starter::done f) {
        auto ticket = desk.open(context.timeout, std::move(f));
        auto child = desk.parent()->home_system().spawn(echo);
        desk.launched(ticket, caf::actor_cast<caf::strong_actor_ptr>(child));
        children.push_back(child);
      }};
}

TEST_F(Starter, AStartThatTakesTooLongFailsAndTheActorIsToldToExit) {
  std::vector<caf::actor> children;
  start(hanging(children), {.timeout = 5s});
  ASSERT_EQ(children.size(), 1u);
  self()->monitor(children[0]);
  advance(4'999ms);
  EXPECT_TRUE(outcomes_.empty());
  advance(1ms);
  EXPECT_EQ(failure(), errc::start_timeout);
  EXPECT_EQ(describe(failure()), "did not start within 5s");
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, caf::exit_reason::user_shutdown);
  EXPECT_EQ(desk_->size(), 0u);
}

TEST_F(Starter, EachStartHasItsOwnDeadline) {
  std::vector<caf::actor> children;
  auto x = hanging(children);
  start(x, {.timeout = 3s});
  start(x, {.timeout = 1s});
  start(pooled(echo), {.timeout = 1s});
  advance(500ms);
  start(x, {.timeout = 1s});
  auto n = [this] { return outcomes_.size(); };
  EXPECT_EQ(n(), 1u);
  advance(500ms);
  EXPECT_EQ(n(), 2u);
  advance(500ms);
  EXPECT_EQ(n(), 3u);
  advance(1'499ms);
  EXPECT_EQ(n(), 3u);
  advance(1ms);
  EXPECT_EQ(n(), 4u);
}

TEST_F(Starter, ADeadlineHoldsAlsoAfterTheTimerOfAnEarlierStartRanOut) {
  start(pooled(echo), {.timeout = 1s});
  advance(10s);
  std::vector<caf::actor> children;
  start(hanging(children), {.timeout = 1s});
  advance(1s);
  EXPECT_EQ(failure(1), errc::start_timeout);
}

TEST_F(Starter, ATimeoutMayBeAsLongAsATimespanCanTell) {
  advance(1s);
  std::vector<caf::actor> children;
  start(hanging(children), {.timeout = caf::timespan::max()});
  advance(1h);
  EXPECT_TRUE(outcomes_.empty());
}

TEST_F(Starter, AStartWithoutTimeoutTakesAsLongAsItLikes) {
  std::vector<caf::actor> children;
  start(hanging(children));
  advance(std::chrono::hours{1'000});
  EXPECT_TRUE(outcomes_.empty());
  EXPECT_EQ(desk_->size(), 1u);
}

TEST_F(Starter, AnActorIsToldToExitWhenItsParentEndsBeforeItHasStarted) {
  std::vector<caf::actor> children;
  start(hanging(children), {.timeout = 5s});
  self()->monitor(children.at(0));
  end_parent();
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, caf::exit_reason::user_shutdown);
  EXPECT_TRUE(outcomes_.empty());
}

TEST_F(Starter, ADeadlineKeepsNoParentAlive) {
  auto parent = sys.spawn([](caf::event_based_actor* self) {
    auto desk = std::make_shared<start_desk>(self);
    pooled(echo)(*desk, {.timeout = 5s}, [](outcome x) {
      if (x)
        caf::anon_send_exit(*x, caf::exit_reason::kill);
    });
    return caf::behavior{[desk](int) {}};
  });
  self()->monitor(parent);
  parent = nullptr;
  run();
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, caf::exit_reason::unreachable);
}

TEST_F(Starter, AParentThatQuitsWaitsForNoStart) {
  std::vector<caf::actor> children;
  auto hanging_start = hanging(children);
  std::optional<start_desk> desk;
  auto parent = sys.spawn([&](caf::event_based_actor* self) {
    desk.emplace(self);
    hanging_start(*desk, {}, [](const outcome&) { FAIL(); });
    pooled(echo)(*desk, {}, [&, self](outcome x) {
      self->quit();
      hanging_start(*desk, {}, [](const outcome&) { FAIL(); });
      caf::anon_send_exit(x.value(), caf::exit_reason::kill);
    });
    return caf::behavior{[](int) {}};
  });
  self()->monitor(parent);
  run();
  EXPECT_TRUE(received<caf::down_msg>());
  EXPECT_EQ(desk->size(), 0u);
  ASSERT_EQ(children.size(), 2u);
  for (auto& x : children) {
    self()->monitor(x);
    run();
    EXPECT_TRUE(received<caf::down_msg>());
  }
}

TEST_F(Starter, AFailedStartKeepsNoParentAlive) {
  auto parent = sys.spawn([](caf::event_based_actor* self) {
    pooled<adder>(13)(self, {.timeout = 5s}, [](const outcome&) {});
  });
  self()->monitor(parent);
  run();
  EXPECT_TRUE(received<caf::down_msg>());
}

TEST_F(Starter, AStarterMayAcknowledgeForItsActor) {
  start_desk::ticket ticket;
  starter custom{
      {}, [&](start_desk& desk, const start_context& context, starter::done f) {
        ticket = desk.open(context.timeout, std::move(f));
      }};
  start(custom, {.timeout = 1s});
  EXPECT_TRUE(outcomes_.empty());
  auto child = sys.spawn(echo);
  desk_->started(ticket, caf::actor_cast<caf::strong_actor_ptr>(child));
  ASSERT_EQ(outcomes_.size(), 1u);
  EXPECT_EQ(*outcomes_[0], child);
}

TEST_F(Starter, AnActorThatIsThereTooLateIsToldToExit) {
  start_desk::ticket ticket;
  starter custom{
      {}, [&](start_desk& desk, const start_context& context, starter::done f) {
        ticket = desk.open(context.timeout, std::move(f));
      }};
  start(custom, {.timeout = 1s});
  advance(1s);
  EXPECT_EQ(failure(), errc::start_timeout);
  auto child = sys.spawn(echo);
  self()->monitor(child);
  desk_->started(ticket, caf::actor_cast<caf::strong_actor_ptr>(child));
  run();
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, caf::exit_reason::user_shutdown);
  EXPECT_EQ(outcomes_.size(), 1u);
}

TEST_F(Starter, AParentWithoutADeskMayStartActors) {
  std::vector<caf::actor> children;
  auto x = hanging(children);
  auto parent = sys.spawn([&](caf::event_based_actor* self) {
    auto note = [this](outcome y) { outcomes_.push_back(std::move(y)); };
    x(self, {.timeout = 1s}, note);
    pooled(echo)(self, {.timeout = 1s}, note);
    return caf::behavior{[](int) {}};
  });
  run();
  ASSERT_EQ(outcomes_.size(), 1u);
  EXPECT_TRUE(outcomes_[0]);
  advance(1s);
  EXPECT_EQ(failure(1), errc::start_timeout);
}

} // namespace
} // namespace troupe
