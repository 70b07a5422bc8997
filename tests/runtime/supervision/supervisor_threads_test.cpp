// SPDX-License-Identifier: Apache-2.0

// Supervisors with real threads: children that are stuck, and many at once.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/eventually.hpp"

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/scheduling/cancel_token.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

/// What the children below look at and count.
struct shared_state {
  std::atomic<bool> stuck = false;
  std::atomic<bool> released = false;
  std::atomic<int> starts = 0;
  std::atomic<int> cancelled = 0;
};

using shared = std::shared_ptr<shared_state>;

/// Is stuck in a message 0 until it is released; answers others.
caf::behavior stubborn(caf::event_based_actor*, shared x) {
  auto start = ++x->starts;
  return {[x, start](int y) {
    x->stuck = y == 0;
    while (y == 0 && !x->released)
      std::this_thread::yield();
    return start;
  }};
}

/// Is stuck in a message 0 until it is asked to cancel; answers others.
caf::behavior polite(caf::event_based_actor* self, shared x) {
  ++x->starts;
  return {[self, x](int y) -> caf::result<int> {
    cancel_token token{self};
    while (y == 0 && !token.requested())
      std::this_thread::yield();
    if (y != 0)
      return y;
    ++x->cancelled;
    return make_error(errc::child_stuck, "cancelled");
  }};
}

class SupervisorThreads : public testing::Test {
protected:
  SupervisorThreads() {
    cfg_.threads(2);
    sys_.emplace(cfg_);
    self_.emplace(*sys_);
  }

  ~SupervisorThreads() override {
    self_.reset();
  }

  caf::actor supervise(supervisor_spec spec) {
    auto result = spawn(*sys_, supervisor, std::move(spec));
    self()->request(result, 30s, ready_atom_v).receive([] {}, fail());
    return result;
  }

  caf::actor handle(const caf::actor& sup, const std::string& id) {
    caf::actor result;
    self()
        ->request(sup, 30s, child_atom_v, id)
        .receive([&](caf::actor& x) { result = std::move(x); }, fail());
    return result;
  }

  child_counts counts(const caf::actor& sup) {
    child_counts result;
    self()
        ->request(sup, 30s, count_atom_v)
        .receive([&](const child_counts& x) { result = x; }, fail());
    return result;
  }

  void stop(const caf::actor& sup) {
    self()->monitor(sup);
    self()->send_exit(sup, caf::exit_reason::user_shutdown);
    bool down = false;
    self()->receive([&](const caf::down_msg&) { down = true; },
                    caf::after(30s) >> [] {});
    EXPECT_TRUE(down) << "does not shut down";
  }

  caf::scoped_actor& self() {
    return *self_;
  }

  static std::function<void(const caf::error&)> fail() {
    return [](const caf::error& x) { ADD_FAILURE() << describe(x); };
  }

private:
  config cfg_;
  std::optional<caf::actor_system> sys_;
  std::optional<caf::scoped_actor> self_;
};

// -- stuck children -----------------------------------------------------------

TEST_F(SupervisorThreads, AStuckChildIsReplacedAndDisownedUntilItEnds) {
  auto state = std::make_shared<shared_state>();
  auto sup = supervise(
      {.children = {{.id = "a",
                     .start = pooled(stubborn, state),
                     .hang = hang_detection{.longest = 20ms,
                                            .policy = stuck_policy::replace,
                                            .grace = 20ms}}}});
  auto a = handle(sup, "a");
  self()->send(a, 0);
  EXPECT_TRUE(test::eventually(30s, [&] { return state->starts == 2; }));
  self()->request(a, 30s, 1).receive([](int x) { EXPECT_EQ(x, 2); }, fail());
  EXPECT_EQ(counts(sup).disowned, 1u);
  state->released = true;
  EXPECT_TRUE(test::eventually(30s, [&] { return counts(sup).disowned == 0; }));
  EXPECT_EQ(counts(sup).restarts, 1u);
  stop(sup);
}

TEST_F(SupervisorThreads, AStuckChildMayCancelItsMessage) {
  auto state = std::make_shared<shared_state>();
  auto sup = supervise(
      {.children = {{.id = "a",
                     .start = pooled(polite, state),
                     .hang = hang_detection{.longest = 20ms,
                                            .policy = stuck_policy::cancel}}}});
  auto a = handle(sup, "a");
  self()->request(a, 30s, 0).receive(
      [](int) { ADD_FAILURE() << "not cancelled"; },
      [](const caf::error& x) { EXPECT_EQ(describe(x), "cancelled"); });
  self()->request(a, 30s, 1).receive([](int x) { EXPECT_EQ(x, 1); }, fail());
  EXPECT_EQ(state->starts, 1);
  EXPECT_EQ(state->cancelled, 1);
  stop(sup);
}

TEST_F(SupervisorThreads, AShutdownGoesOnWithoutWhoCannotBeKilled) {
  auto state = std::make_shared<shared_state>();
  auto sup = supervise({.children = {{.id = "a",
                                      .start = pooled(stubborn, state),
                                      .shutdown = stop_limit::within(20ms)}},
                        .kill_timeout = 20ms});
  self()
      ->request(sup, 30s, watch_atom_v, caf::actor{self()})
      .receive([] {}, fail());
  self()->send(handle(sup, "a"), 0);
  ASSERT_TRUE(test::eventually(30s, [&] { return state->stuck.load(); }));
  stop(sup);
  state->released = true;
  std::vector<supervision_event> events;
  self()->receive_while([&] { return events.size() < 3; })(
      [&](const supervision_event& x) { events.push_back(x); },
      caf::after(30s) >> [&] { events.resize(3); });
  EXPECT_EQ(events[1].what, supervision_event::kind::overdue);
  EXPECT_EQ(events[2].what, supervision_event::kind::disowned);
  EXPECT_EQ(events[2].activity.rfind("busy for ", 0), 0u) << events[2].activity;
}

// -- many at once -------------------------------------------------------------

/// Fails at every hundredth message, by the count of all children.
caf::behavior unreliable(caf::event_based_actor*,
                         std::shared_ptr<std::atomic<int>> count) {
  return {[count](int x) {
    if (++*count % 100 == 0)
      throw std::runtime_error{"one in a hundred"};
    return x;
  }};
}

TEST_F(SupervisorThreads, EveryRequestToFailingChildrenIsAnsweredOnce) {
  constexpr int children = 10;
  constexpr int requests = 20'000;
  auto count = std::make_shared<std::atomic<int>>(0);
  supervisor_spec spec{.intensity = std::nullopt};
  for (int i = 0; i < children; ++i)
    spec.children.push_back(
        {.id = std::to_string(i),
         .start = pooled(unreliable, count),
         .in_flight = {.policy = in_flight_policy::retry, .retries = 1000}});
  auto sup = supervise(std::move(spec));
  std::vector<caf::actor> handles;
  for (int i = 0; i < children; ++i)
    handles.push_back(handle(sup, std::to_string(i)));
  std::vector<int> answers(requests);
  auto client = [&](caf::event_based_actor* me) {
    for (int i = 0; i < requests; ++i)
      me->request(handles[static_cast<size_t>(i) % children], 60s, i)
          .then([&answers, i](int x) { answers[i] += x == i ? 1 : 1'000; },
                [&answers, i](caf::error&) { answers[i] += 1'000'000; });
  };
  auto asking = self()->spawn<caf::monitored>(client);
  asking = nullptr;
  self()->receive(
      [](const caf::down_msg&) {},
      caf::after(100s) >>
          [] { ADD_FAILURE() << "not all requests were answered"; });
  for (int i = 0; i < requests; ++i)
    ASSERT_EQ(answers[i], 1) << "request " << i;
  EXPECT_GE(counts(sup).restarts, 200u);
  stop(sup);
}

TEST_F(SupervisorThreads, ManyDynamicChildrenComeAndGo) {
  auto state = std::make_shared<shared_state>();
  state->released = true;
  auto sup =
      supervise({.strategy = supervision_strategy::dynamic,
                 .children = {{.id = "w", .start = pooled(stubborn, state)}}});
  for (int i = 0; i < 2'000; ++i)
    self()->request(sup, 30s, start_atom_v).receive([](caf::actor&) {}, fail());
  EXPECT_EQ(counts(sup).active, 2'000u);
  stop(sup);
  EXPECT_EQ(state->starts, 2'000);
}

} // namespace
} // namespace troupe
