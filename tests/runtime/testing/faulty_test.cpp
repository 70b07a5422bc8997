// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/faulty.hpp"

#include <chrono>
#include <exception>
#include <optional>

#include <gtest/gtest.h>

#include "runtime/testing/faults_fixture.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/scheduling/spawn.hpp"

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

using test::collector;
using test::numbers;

class Faulty : public test::faults_fixture {};

// -- what happens to them -----------------------------------------------------

TEST_F(Faulty, AThrowIsOneOfTheHandler) {
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

TEST_F(Faulty, AnActorMayHandleTheThrow) {
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

TEST_F(Faulty, AQuitEndsWithItsReason) {
  start(faulty(fault{.what = quits{make_error(errc::queue_full)}}, collector,
               &seen_),
        1);
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, make_error(errc::queue_full));
  EXPECT_TRUE(seen_.empty());
}

TEST_F(Faulty, ARequestThatIsDroppedHasNoAnswer) {
  start(faulty(fault{.what = drops{}}, collector, &seen_), 0);
  EXPECT_EQ(ask<int>(actor_, 1).error(), caf::sec::request_timeout);
  EXPECT_EQ(ask<int>(actor_, 1), 1);
}

TEST_F(Faulty, AMessageThatIsDelayedIsOvertakenAndAnsweredLater) {
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

TEST_F(Faulty, IncarnationsWithOnePlanCountTogether) {
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

TEST_F(Faulty, StrikeEveryKindOfEventBasedActor) {
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

} // namespace

} // namespace troupe
