// SPDX-License-Identifier: Apache-2.0

// Children that are stuck in a message, with real threads and real time.

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/after.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/config.hpp"
#include "troupe/scheduling/cancel_token.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/child_context.hpp"
#include "troupe/supervision/supervision_event.hpp"
#include "troupe/supervision/supervisor.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

constexpr auto patience = 10s;

using kind = supervision_event::kind;

class Hang : public testing::Test {
protected:
  ~Hang() override {
    release_ = true;
    self_->send_exit(supervisor_, caf::exit_reason::user_shutdown);
    self_->monitor(supervisor_);
    self_->receive([](const caf::down_msg&) {},
                   caf::after(patience) >> [] { FAIL() << "no end"; });
  }

  /// A child that answers an `int` with its generation, and a text when it is
  /// cancelled or when the test ends.
  caf::actor supervise(const hang_detection& hang) {
    auto worker = [this](caf::event_based_actor* self) {
      auto generation = child_context_of(self)->generation;
      cancel_token token{self};
      return caf::behavior{
          [=](int) { return generation; },
          [=, this](const std::string&) {
            while (!token.requested() && !release_)
              std::this_thread::yield();
            return token.requested();
          },
      };
    };
    supervisor_ = troupe::spawn(
        sys_, supervisor,
        supervisor_spec{
            .children = {{.id = "a", .start = pooled(worker), .hang = hang}},
            .watchers = {caf::actor{self_}}});
    caf::actor result;
    get_child(&*self_, supervisor_, patience, "a")
        .receive([&](caf::actor& x) { result = std::move(x); },
                 [](const caf::error& why) { FAIL() << describe(why); });
    return result;
  }

  /// Waits for an event of a kind.
  supervision_event await(kind what) {
    supervision_event result;
    auto found = false;
    self_->receive_while([&] { return !found; })(
        [&](const supervision_event& x) {
          found = x.what == what;
          result = x;
        },
        caf::after(patience) >>
            [&] {
              found = true;
              FAIL() << "no event " << to_string(what);
            });
    return result;
  }

  uint64_t generation_of(const caf::actor& child) {
    uint64_t result = 0;
    self_->request(child, patience, 1)
        .receive([&](uint64_t x) { result = x; },
                 [](const caf::error& why) { FAIL() << describe(why); });
    return result;
  }

  config config_;
  caf::actor_system sys_{config_.threads(2)};
  caf::scoped_actor self_{sys_};
  caf::actor supervisor_;
  std::atomic<bool> release_ = false;
};

TEST_F(Hang, IsTold) {
  auto child = supervise({.longest = 20ms, .policy = stuck_policy::warn});
  EXPECT_EQ(generation_of(child), 1u);
  self_->send(child, "stay");
  EXPECT_EQ(await(kind::stuck).child, "a");
  release_ = true;
  EXPECT_EQ(generation_of(child), 1u);
}

TEST_F(Hang, IsCancelledAndTheChildGoesOn) {
  auto child = supervise({.longest = 20ms, .policy = stuck_policy::cancel});
  auto cancelled = false;
  self_->request(child, patience, "stay")
      .receive([&](bool x) { cancelled = x; },
               [](const caf::error& why) { FAIL() << describe(why); });
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(generation_of(child), 1u);
  await(kind::stuck);
}

TEST_F(Hang, IsFoundInTimeBesideAChildThatMayTakeLonger) {
  auto worker = [this](caf::event_based_actor*) {
    return caf::behavior{[this](const std::string&) {
      while (!release_)
        std::this_thread::yield();
    }};
  };
  auto child = [&](std::string id, caf::timespan longest) {
    return child_spec{.id = std::move(id),
                      .start = pooled(worker),
                      .hang = hang_detection{.longest = longest}};
  };
  supervisor_ = troupe::spawn(
      sys_, supervisor,
      supervisor_spec{.children = {child("slow", 10min), child("quick", 20ms)},
                      .watchers = {caf::actor{self_}}});
  await_ready(&*self_, supervisor_, patience)
      .receive([] {}, [](const caf::error& why) { FAIL() << describe(why); });
  get_child(&*self_, supervisor_, patience, "quick")
      .receive([&](caf::actor& x) { self_->send(x, "stay"); },
               [](const caf::error& why) { FAIL() << describe(why); });
  EXPECT_EQ(await(kind::stuck).child, "quick");
  release_ = true;
}

/// Looks at no token.
TEST_F(Hang, ThatGoesOnMakesRoomForTheNextIncarnation) {
  std::promise<void> leave;
  auto gate = leave.get_future().share();
  auto worker = [gate](caf::event_based_actor* self) {
    auto generation = child_context_of(self)->generation;
    return caf::behavior{
        [=](int) { return generation; },
        [=](const std::string&) { gate.wait(); },
    };
  };
  supervisor_ = troupe::spawn(
      sys_, supervisor,
      supervisor_spec{
          .children = {{.id = "a",
                        .start = pooled(worker),
                        .hang = hang_detection{.longest = 20ms,
                                               .policy = stuck_policy::replace,
                                               .grace = 20ms}}},
          .watchers = {caf::actor{self_}}});
  caf::actor child;
  get_child(&*self_, supervisor_, patience, "a")
      .receive([&](caf::actor& x) { child = std::move(x); },
               [](const caf::error& why) { FAIL() << describe(why); });
  self_->send(child, "stay");
  EXPECT_EQ(await(kind::stuck).generation, 1u);
  EXPECT_EQ(await(kind::disowned).generation, 1u);
  EXPECT_EQ(generation_of(child), 2u);
  leave.set_value();
}

} // namespace
} // namespace troupe
