// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/fault_plan.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/deterministic.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/testing/faulty.hpp"
#include "troupe/testing/faulty_start.hpp"
#include "troupe/testing/unreliable.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/sec.hpp"
#include "caf/stateful_actor.hpp"
#include "caf/system_messages.hpp"
#include "caf/typed_actor.hpp"
#include "caf/typed_event_based_actor.hpp"

using namespace std::chrono_literals;

namespace troupe {

namespace {

using numbers = std::vector<int>;

/// Notes what it gets, and says how much that is.
caf::behavior collector(caf::event_based_actor*, numbers* out) {
  return {[=](int x) {
    out->push_back(x);
    return static_cast<int>(out->size());
  }};
}

class Faults : public test::deterministic {
protected:
  ~Faults() override {
    end();
  }

  /// Starts an actor that gets the numbers from 1 to `n`, and lets it run.
  template <class F>
  void start(F f, int n) {
    actor_ = caf::actor_cast<caf::actor>(spawn(sys, std::move(f)));
    self()->monitor(actor_);
    send(n);
  }

  void send(int n) {
    for (int i = 1; i <= n; ++i)
      self()->send(actor_, i);
    run();
  }

  void end() {
    if (actor_)
      self()->send_exit(actor_, caf::exit_reason::user_shutdown);
    actor_ = nullptr;
    run();
  }

  numbers seen_;
  caf::actor actor_;
};

// -- which messages -----------------------------------------------------------

TEST_F(Faults, WithoutAPlanNothingIsStruck) {
  start(faulty(fault_plan{}, collector, &seen_), 3);
  EXPECT_EQ(seen_, (numbers{1, 2, 3}));
}

TEST_F(Faults, TheNthMessageIsStruck) {
  fault_plan plan{{.what = drops{}, .nth = 2}};
  start(faulty(plan, collector, &seen_), 4);
  EXPECT_EQ(seen_, (numbers{1, 3, 4}));
  EXPECT_EQ(plan.struck(), 1u);
}

TEST_F(Faults, SeveralInARowAreStruck) {
  start(faulty(fault{.what = drops{}, .nth = 2, .times = 2}, collector, &seen_),
        5);
  EXPECT_EQ(seen_, (numbers{1, 4, 5}));
}

TEST_F(Faults, AllThatFollowAreStruckWithoutACount) {
  start(faulty(fault{.what = drops{}, .nth = 3, .times = std::nullopt},
               collector, &seen_),
        5);
  EXPECT_EQ(seen_, (numbers{1, 2}));
}

TEST_F(Faults, OnlyMessagesThatMatchAreCounted) {
  auto even = [](const caf::mailbox_element& x) {
    auto& content = x.content();
    return content.match_elements<int>() && content.get_as<int>(0) % 2 == 0;
  };
  start(faulty(fault{.what = drops{}, .nth = 2, .matching = even}, collector,
               &seen_),
        6);
  EXPECT_EQ(seen_, (numbers{1, 2, 3, 5, 6}));
}

TEST_F(Faults, OnlyMessagesOfOneSenderAreStruck) {
  caf::scoped_actor other{sys, true};
  auto to_me = caf::actor_cast<caf::actor>(other);
  start(faulty(fault{.what = drops{}, .times = {}, .matching = sent_by(to_me)},
               collector, &seen_),
        2);
  other->send(actor_, 3);
  send(1);
  EXPECT_EQ(seen_, (numbers{1, 2, 1}));
}

TEST_F(Faults, EachFaultCountsForItself) {
  fault_plan plan;
  plan.add({.what = drops{}, .nth = 2}).add({.what = drops{}, .nth = 4});
  start(faulty(plan, collector, &seen_), 5);
  EXPECT_EQ(seen_, (numbers{1, 3, 5}));
  plan.clear();
  plan.add({.what = drops{}});
  send(2);
  EXPECT_EQ(seen_, (numbers{1, 3, 5, 2}));
}

TEST_F(Faults, ASkippedMessageIsCountedOnce) {
  auto choosy = [this](caf::event_based_actor* self) -> caf::behavior {
    self->set_default_handler(caf::skip);
    return {[this, self](caf::ok_atom) {
      self->become([this](int x) { seen_.push_back(x); });
    }};
  };
  start(faulty(fault{.what = drops{}, .nth = 4}, choosy), 2);
  self()->send(actor_, caf::ok_atom_v);
  send(2);
  EXPECT_EQ(seen_, (numbers{1, 2, 2}));
}

TEST_F(Faults, ExitMessagesAreNeverStruck) {
  start(faulty(fault{.what = drops{}, .times = {}}, collector, &seen_), 1);
  self()->send_exit(actor_, caf::exit_reason::user_shutdown);
  run();
  EXPECT_TRUE(received<caf::down_msg>());
}

// -- what happens to them -----------------------------------------------------

TEST_F(Faults, AThrowIsOneOfTheHandler) {
  start(faulty(fault{.what = throws{"disk full"}, .nth = 2}, collector, &seen_),
        1);
  EXPECT_EQ(seen_, numbers{1});
  auto answer_to_message = self()->next_message();
  auto reply = ask<int>(actor_, 2);
  ASSERT_FALSE(reply);
  EXPECT_EQ(describe(reply.error()), "disk full");
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(describe(down->reason), "disk full");
  EXPECT_EQ(seen_, numbers{1});
}

TEST_F(Faults, AnActorMayHandleTheThrow) {
  auto careful = [this](caf::event_based_actor* self) {
    self->set_exception_handler([](std::exception_ptr&) -> caf::error {
      return make_error(errc::queue_full, "handled");
    });
    return collector(self, &seen_);
  };
  start(faulty(fault{}, careful), 1);
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, make_error(errc::queue_full));
}

TEST_F(Faults, AQuitEndsWithItsReason) {
  start(faulty(fault{.what = quits{make_error(errc::queue_full)}}, collector,
               &seen_),
        1);
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, make_error(errc::queue_full));
  EXPECT_TRUE(seen_.empty());
}

TEST_F(Faults, ARequestThatIsDroppedHasNoAnswer) {
  start(faulty(fault{.what = drops{}}, collector, &seen_), 0);
  EXPECT_EQ(ask<int>(actor_, 1).error(), caf::sec::request_timeout);
  EXPECT_EQ(ask<int>(actor_, 1), 1);
}

TEST_F(Faults, AMessageThatIsDelayedIsOvertakenAndAnsweredLater) {
  start(faulty(fault{.what = delays{2s}, .times = {}}, collector, &seen_), 0);
  auto first = open<int>(actor_, 1);
  advance(1s);
  auto second = open<int>(actor_, 2);
  advance(1s);
  EXPECT_EQ(seen_, numbers{1});
  EXPECT_EQ(first.result(), 1);
  advance(1s);
  EXPECT_EQ(second.result(), 2);
}

TEST_F(Faults, IncarnationsWithOnePlanCountTogether) {
  fault_plan plan{{.what = throws{}, .nth = 3}};
  for (int i = 0; i < 3; ++i) {
    start(faulty(plan, collector, &seen_), 2);
    end();
  }
  EXPECT_EQ(seen_, (numbers{1, 2, 1, 2}));
}

// -- kinds of actors ----------------------------------------------------------

struct memory {
  int sum = 0;
};

caf::behavior adder(caf::stateful_actor<memory>* self, int first) {
  self->state.sum = first;
  return {[=](int x) { return self->state.sum += x; }};
}

using typed_adder = caf::typed_actor<caf::replies_to<int>::with<int>>;

typed_adder::behavior_type typed(typed_adder::pointer) {
  return {[](int x) { return x + 1; }};
}

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

caf::behavior plain() {
  return {[](int x) { return -x; }};
}

TEST_F(Faults, StrikeEveryKindOfEventBasedActor) {
  auto second = [] { return fault{.what = drops{}, .nth = 2}; };
  for (auto x :
       {sys.spawn(faulty(second(), adder, 10)),
        spawn(sys, faulty(second(), adder, 10)),
        caf::actor_cast<caf::actor>(sys.spawn(faulty(second(), typed))),
        sys.spawn<faulty_actor<class_based>>(second(), 10),
        sys.spawn(faulty(second(), plain))}) {
    EXPECT_TRUE(ask<int>(x, 1));
    EXPECT_FALSE(ask<int>(x, 1));
    EXPECT_TRUE(ask<int>(x, 1));
    self()->send_exit(x, caf::exit_reason::kill);
  }
}

// -- pools --------------------------------------------------------------------

caf::behavior squarer(caf::event_based_actor*) {
  return {[](int x) { return x * x; }};
}

TEST_F(Faults, AWorkerOfAPoolFailsAndItsTaskRunsElsewhere) {
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

TEST_F(Faults, AClassOfWorkersFailsInAPool) {
  pool_options options;
  options.workers = {pooled<faulty_actor<class_based>>(
      fault_plan{{.what = throws{"bad day"}}}, 10)};
  actor_ = sys.spawn<pool>(std::move(options));
  auto task = open<int>(actor_, 1);
  advance(1s);
  EXPECT_EQ(task.result(), 11);
}

TEST_F(Faults, AStartFailsOnceAndIsTriedAgain) {
  pool_options options;
  options.workers = {
      faulty_start({.what = throws{"no memory"}}, pooled(squarer))};
  actor_ = sys.spawn<pool>(std::move(options));
  auto task = open<int>(actor_, 3);
  advance(1s);
  EXPECT_EQ(task.result(), 9);
}

TEST_F(Faults, StartsThatFailForEverLeaveNoWorker) {
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

// -- on the way ---------------------------------------------------------------

class Unreliable : public Faults {
protected:
  /// Starts an actor and returns an unreliable way to it.
  caf::actor to_collector(fault_plan plan) {
    start([this](caf::event_based_actor* x) { return collector(x, &seen_); },
          0);
    auto result = unreliable(sys, std::move(plan), actor_);
    self()->monitor(result);
    return result;
  }
};

TEST_F(Unreliable, HandsOnWhatIsNotStruck) {
  auto way = to_collector(fault{.what = drops{}, .nth = 2});
  for (int i = 1; i <= 3; ++i)
    self()->send(way, i);
  EXPECT_EQ(ask<int>(way, 4), 3);
  EXPECT_EQ(seen_, (numbers{1, 3, 4}));
}

TEST_F(Unreliable, DelaysAMessage) {
  auto way = to_collector(fault{.what = delays{1s}});
  auto first = open<int>(way, 1);
  self()->send(way, 2);
  run();
  EXPECT_EQ(seen_, numbers{2});
  advance(1s);
  EXPECT_EQ(first.result(), 2);
}

TEST_F(Unreliable, EndsItsTargetAndEndsWithIt) {
  auto way = to_collector(fault{.what = throws{"lightning"}});
  self()->send(way, 1);
  run();
  for (int i = 0; i < 2; ++i) {
    auto down = received<caf::down_msg>();
    ASSERT_TRUE(down);
    EXPECT_EQ(describe(down->reason), "lightning");
  }
  EXPECT_TRUE(seen_.empty());
}

TEST_F(Unreliable, AnExitMessageGoesToTheTarget) {
  auto way = to_collector(fault{.what = drops{}, .times = {}});
  self()->send_exit(way, caf::exit_reason::user_shutdown);
  run();
  EXPECT_TRUE(received<caf::down_msg>());
  EXPECT_TRUE(received<caf::down_msg>());
}

} // namespace
} // namespace troupe
