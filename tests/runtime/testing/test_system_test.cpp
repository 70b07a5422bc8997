// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/test_system.hpp"

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "troupe/scheduling/spawn.hpp"
#include "troupe/testing/test_failure.hpp"

#include "caf/actor_system.hpp"
#include "caf/atom.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/send.hpp"
#include "caf/stateful_actor.hpp"

using namespace std::chrono_literals;

namespace troupe {

namespace {

using log = std::vector<std::string>;

/// Notes each number that it gets.
caf::behavior scribe(caf::event_based_actor*, std::string name, log* out) {
  return {[=](int x) { out->push_back(name + std::to_string(x)); }};
}

struct named {
  static inline const char* name = "restless";
};

/// Always has something to do.
caf::behavior restless(caf::stateful_actor<named>* self) {
  self->send(self, caf::tick_atom_v);
  return {
      [=](caf::tick_atom) { self->send(self, caf::tick_atom_v); },
      [=](caf::ok_atom) { self->quit(); },
  };
}

/// Returns what three scribes write that get two numbers each.
log write_down(std::optional<uint64_t> seed) {
  log result;
  test_system t{{.seed = seed}};
  for (auto name : {"a", "b", "c"}) {
    auto x = spawn(t.system(), scribe, name, &result);
    for (int i : {1, 2})
      caf::anon_send(x, i);
  }
  t.run();
  return result;
}

} // namespace

TEST(TestSystem, WithoutASeedActorsRunInTheOrderInWhichTheyGotSomethingToDo) {
  EXPECT_EQ(write_down({}), (log{"a1", "a2", "b1", "b2", "c1", "c2"}));
}

TEST(TestSystem, EqualSeedsGiveEqualRuns) {
  for (uint64_t seed = 0; seed < 20; ++seed)
    EXPECT_EQ(write_down(seed), write_down(seed));
}

TEST(TestSystem, SeedsReachEveryOrderThatKeepsThoseOfTheActors) {
  std::set<log> seen;
  for (uint64_t seed = 0; seed < 2000; ++seed)
    seen.insert(write_down(seed));
  // 6! / (2! 2! 2!) ways to merge three rows of two.
  EXPECT_EQ(seen.size(), 90u);
}

TEST(TestSystem, AStepIsOneMessageOfOneActor) {
  log out;
  test_system t;
  auto x = t.system().spawn(scribe, "a", &out);
  caf::anon_send(x, 1);
  caf::anon_send(x, 2);
  EXPECT_TRUE(out.empty());
  EXPECT_TRUE(t.step());
  EXPECT_EQ(out, log{"a1"});
  EXPECT_TRUE(t.step());
  EXPECT_EQ(out, (log{"a1", "a2"}));
  EXPECT_EQ(t.run(), 0u);
  EXPECT_FALSE(t.step());
}

TEST(TestSystem, TheTestMayChooseWhoseStepIsNext) {
  log out;
  test_system t;
  auto a = t.system().spawn(scribe, "a", &out);
  auto b = t.system().spawn(scribe, "b", &out);
  t.run();
  for (auto& x : {a, b})
    for (int i : {1, 2})
      caf::anon_send(x, i);
  EXPECT_TRUE(t.step(b));
  EXPECT_TRUE(t.step(a));
  EXPECT_TRUE(t.step(b));
  EXPECT_FALSE(t.step(b));
  EXPECT_EQ(out, (log{"b1", "a1", "b2"}));
}

TEST(TestSystem, ShowsWhoHasWhatToDo) {
  log out;
  test_system t;
  auto a = t.system().spawn(scribe, "a", &out);
  t.run();
  EXPECT_TRUE(t.pending().empty());
  caf::anon_send(a, 7);
  auto b = t.system().spawn(restless);
  auto pending = t.pending();
  ASSERT_EQ(pending.size(), 2u);
  EXPECT_EQ(pending[0].id, a.id());
  EXPECT_EQ(pending[0].message, "(7)");
  EXPECT_EQ(pending[1].id, b.id());
  EXPECT_EQ(pending[1].name, "restless");
  EXPECT_EQ(pending[1].message, "");
  caf::anon_send_exit(b, caf::exit_reason::kill);
}

TEST(TestSystem, ShowsTheNextMessageOfACell) {
  log out;
  test_system t;
  auto a = spawn(t.system(), scribe, "a", &out);
  t.run();
  caf::anon_send(a, 7);
  caf::anon_send(a, 8);
  auto pending = t.pending();
  ASSERT_EQ(pending.size(), 1u);
  EXPECT_EQ(pending[0].message, "(7)");
  t.run();
  EXPECT_EQ(out, (log{"a7", "a8"}));
}

TEST(TestSystem, TimeStopsAtEachTimeout) {
  test_system t;
  std::vector<caf::timespan> at;
  auto begin = t.now();
  auto x = t.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, 1s, caf::tick_atom_v);
    return {[&at, &t, begin, self](caf::tick_atom) {
      at.push_back(t.now() - begin);
      self->delayed_send(self, 1s, caf::tick_atom_v);
    }};
  });
  t.run();
  EXPECT_EQ(t.next_timeout(), caf::timespan{1s});
  t.advance(2500ms);
  EXPECT_EQ(at, (std::vector<caf::timespan>{1s, 2s}));
  EXPECT_EQ(t.next_timeout(), caf::timespan{500ms});
  EXPECT_TRUE(t.step_time());
  EXPECT_EQ(t.now() - begin, 3s);
  EXPECT_EQ(at.size(), 2u);
  EXPECT_EQ(t.pending().size(), 1u);
  t.run();
  EXPECT_EQ(at.size(), 3u);
  caf::anon_send_exit(x, caf::exit_reason::kill);
}

TEST(TestSystem, WithoutTimeoutsTimeDoesNotStep) {
  test_system t;
  EXPECT_EQ(t.next_timeout(), std::nullopt);
  EXPECT_FALSE(t.step_time());
}

TEST(TestSystem, ActorsThatAreNeverIdleAreAFailure) {
  test_system t{{.max_turns = 100}};
  auto x = t.system().spawn(restless);
  try {
    t.run();
    ADD_FAILURE() << "came to an end";
  } catch (const test_failure& e) {
    EXPECT_EQ(std::string{e.what()},
              "actors are still busy after 100 turns, the next is restless #"
                  + std::to_string(x.id()) + " with ('tick')");
  }
  caf::anon_send(x, caf::ok_atom_v);
}

TEST(TestSystem, NamesWhatStillRunsAtTheEnd) {
  std::string leak;
  caf::actor left;
  {
    test_system t{{.on_leak = [&](const std::string& x) { leak = x; }}};
    left = t.system().spawn([](caf::stateful_actor<named>*) -> caf::behavior {
      return {[](int) {}};
    });
    EXPECT_EQ(t.still_running(), "1 actor still runs: 1 not started");
    auto other =
        t.system().spawn([]() -> caf::behavior { return {[](int) {}}; });
    t.run();
  }
  EXPECT_EQ(leak, "1 actor still runs: restless #" + std::to_string(left.id()));
}

TEST(TestSystemDeathTest, ALeakEndsTheProcessUnlessSomebodyWantsToKnow) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        caf::actor left;
        test_system t;
        left = t.system().spawn([]() -> caf::behavior { return {[](int) {}}; });
      },
      "1 actor still runs: ");
}

TEST(TestSystem, ActorsThatEndInTheEndAreNoLeak) {
  test_system t;
  auto x = t.system().spawn([]() -> caf::behavior { return {[](int) {}}; });
  caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
}

} // namespace troupe
