// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/supervisor.hpp"

#include <chrono>

#include "runtime/supervision/supervisor_fixture.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

class Supervisor : public test::supervisor_fixture {};

// -- beginning and end --------------------------------------------------------

TEST_F(Supervisor, StartsInOrderAndStopsInReverse) {
  auto sup = supervise({.children = {child("a"), child("b"), child("c")}});
  EXPECT_EQ(logged(), "+a +b +c");
  EXPECT_TRUE(ask<void>(sup, ready_atom_v));
  stop(sup);
  EXPECT_EQ(logged(), "-c -b -a");
  EXPECT_EQ(ended(sup), make_error(caf::exit_reason::user_shutdown));
}

TEST_F(Supervisor, WithoutChildrenWaitsForSome) {
  auto sup = supervise({});
  EXPECT_TRUE(ask<void>(sup, ready_atom_v));
  EXPECT_TRUE(ask<caf::actor>(sup, start_atom_v, child("a")));
  EXPECT_EQ(logged(), "+a");
  stop(sup);
  EXPECT_EQ(logged(), "-a");
}

TEST_F(Supervisor, EndsWithTheErrorOfAWrongSpec) {
  auto sup = supervise({.children = {child("a"), child("a")}});
  EXPECT_EQ(ended(sup), make_error(errc::duplicate_child_id));
  EXPECT_EQ(logged(), "");
}

TEST_F(Supervisor, AFailedFirstStartStopsTheOthersAndSaysWhy) {
  auto failing = [](caf::event_based_actor*) -> caf::behavior {
    throw std::runtime_error{"no disk"};
  };
  auto sup = supervise({.children = {child("a"),
                                     child("b"),
                                     {.id = "c", .start = pooled(failing)},
                                     child("d")}});
  EXPECT_EQ(logged(), "+a +b -b -a");
  auto reason = ended(sup);
  ASSERT_TRUE(reason);
  EXPECT_EQ(*reason, make_error(errc::start_failed));
  EXPECT_EQ(describe(*reason), "child 'c' did not start: no disk");
}

TEST_F(Supervisor, AChildThatDeclinesLeavesItsPlaceEmpty) {
  auto declining = [](caf::event_based_actor* self) -> caf::behavior {
    ignore_start(self);
    return {};
  };
  auto sup = supervise(
      {.children = {{.id = "a", .start = pooled(declining)}, child("b")}});
  EXPECT_EQ(logged(), "+b");
  EXPECT_TRUE(ask<void>(sup, ready_atom_v));
  EXPECT_EQ(ask<caf::actor>(sup, child_atom_v, std::string{"a"}).error(),
            make_error(errc::child_not_running));
  stop(sup);
}

// -- restarts -----------------------------------------------------------------

TEST_F(Supervisor, RestartsAChildBehindTheSameHandle) {
  auto sup = supervise({.children = {child("a"), child("b")}});
  auto a = handle(sup, "a");
  EXPECT_EQ(talk(sup, "a", "boom"), "error: boom of a");
  EXPECT_EQ(logged(), "+a +b -a +a");
  EXPECT_EQ(handle(sup, "a"), a);
  EXPECT_EQ(talk(sup, "a", "hello"), "a says hello");
  stop(sup);
}

TEST_F(Supervisor, KeepsMessagesThatWaitOverARestart) {
  auto sup = supervise({.children = {child("a")}});
  auto a = handle(sup, "a");
  self()->send(a, std::string{"boom"});
  auto reply = open<std::string>(a, std::string{"hello"});
  run();
  EXPECT_EQ(reply.result(), std::string{"a says hello"});
  stop(sup);
}

TEST_F(Supervisor, RestartsAGroupInOrder) {
  auto sup = supervise({.strategy = supervision_strategy::rest_for_one,
                        .children = {child("a"), child("b"), child("c")}});
  logged();
  tell(sup, "b", "boom");
  EXPECT_EQ(logged(), "-b -c +b +c");
  stop(sup);
}

TEST_F(Supervisor, EndsWhenItsBudgetIsSpent) {
  auto sup = supervise({.children = {child("a"), child("b")},
                        .intensity = restart_intensity{1, 5s}});
  auto b = handle(sup, "b");
  tell(sup, "b", "boom");
  logged();
  self()->send(b, std::string{"boom"});
  run();
  EXPECT_EQ(logged(), "-b -a");
  auto reason = ended(sup);
  ASSERT_TRUE(reason);
  EXPECT_EQ(*reason, make_error(errc::restarts_exhausted));
  EXPECT_EQ(describe(*reason),
            "child 'b' failed too often, at last: boom of b");
}

TEST_F(Supervisor, WaitsForTheDelayOfABackoff) {
  auto spec = child("a");
  spec.delay = restart_backoff{.bounds = {1s, 10s}};
  auto sup = supervise({.children = {std::move(spec)}});
  tell(sup, "a", "boom");
  EXPECT_EQ(logged(), "+a -a");
  auto children = ask<std::vector<child_info>>(sup, children_atom_v);
  ASSERT_TRUE(children);
  EXPECT_EQ(children->front().state, child_state::waiting);
  EXPECT_EQ(describe(children->front().last_failure), "boom of a");
  advance(1s);
  EXPECT_EQ(logged(), "+a");
  stop(sup);
}

TEST_F(Supervisor, TellsItsEndToWhoMonitorsAHandle) {
  auto sup = supervise({.children = {child("a")}});
  auto a = handle(sup, "a");
  self()->monitor(a);
  tell(sup, "a", "boom");
  EXPECT_FALSE(self()->has_next_message());
  stop(sup);
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->source, a);
}

TEST_F(Supervisor, KilledKillsItsChildren) {
  auto sup = supervise({.children = {child("a"), child("b")}});
  logged();
  self()->send_exit(sup, caf::exit_reason::kill);
  run();
  EXPECT_EQ(logged(), "-a -b");
}

TEST_F(Supervisor, ThatNobodyRefersToKillsItsChildren) {
  auto sup = supervise({.children = {child("a"), child("b")}});
  logged();
  sup = nullptr;
  run();
  EXPECT_EQ(logged(), "-a -b");
}

// -- nesting ------------------------------------------------------------------

TEST_F(Supervisor, NestsAndStartsDepthFirst) {
  supervisor_spec inner{.children = {child("c"), child("d")}};
  auto sup = supervise(
      {.children = {
           child("a"),
           {.id = "b", .start = subtree(inner), .kind = child_kind::supervisor},
           child("e")}});
  EXPECT_EQ(logged(), "+a +c +d +e");
  stop(sup);
  EXPECT_EQ(logged(), "-e -d -c -a");
}

TEST_F(Supervisor, AnInnerOneThatGivesUpIsRestartedWhole) {
  supervisor_spec inner{.children = {child("c"), child("d")},
                        .intensity = restart_intensity{.restarts = 0}};
  auto sup = supervise({.children = {child("a"),
                                     {.id = "b",
                                      .start = subtree(inner),
                                      .restart = restart_type::transient,
                                      .kind = child_kind::supervisor}}});
  logged();
  tell(handle(sup, "b"), "c", "boom");
  EXPECT_EQ(logged(), "-c -d +c +d");
  stop(sup);
}

/// Answers a request with the error whose code it gets, and ends.
caf::behavior gatekeeper(caf::event_based_actor* me) {
  auto held = std::make_shared<caf::response_promise>();
  return {
      [=](int) {
        *held = me->make_response_promise();
        return *held;
      },
      [=](uint8_t code) {
        held->deliver(make_error(static_cast<errc>(code)));
        me->quit();
      },
  };
}

/// A start that fails as soon as a gatekeeper says why.
starter held_back_by(const caf::actor& gate) {
  return {{}, [gate](start_desk& desk, start_context, starter::done f) {
            desk.parent()
                ->request(gate, caf::infinite, 1)
                .then([](int) {}, [f](caf::error& why) { f(std::move(why)); });
          }};
}

TEST_F(Supervisor, OneBelowThatIsStillStartingIsStoppedAtOnce) {
  auto gate = sys.spawn(gatekeeper);
  auto slow = held_back_by(gate);
  supervisor_spec inner{
      .children = {child("c"), {.id = "d", .start = slow}, child("e")}};
  auto sup = supervise({.children = {child("a"),
                                     {.id = "b",
                                      .start = subtree(inner),
                                      .kind = child_kind::supervisor}}});
  EXPECT_EQ(logged(), "+a +c");
  stop(sup);
  EXPECT_EQ(logged(), "");
  self()->send(gate, static_cast<uint8_t>(errc::start_timeout));
  run();
  EXPECT_EQ(logged(), "-c -a");
  EXPECT_TRUE(ended(sup));
}

TEST_F(Supervisor, OneBelowThatTakesTooLongToStartIsStoppedFirst) {
  auto gate = sys.spawn(gatekeeper);
  auto slow = held_back_by(gate);
  supervisor_spec inner{.children = {child("c"), {.id = "d", .start = slow}}};
  auto sup = supervise({.children = {child("a"),
                                     {.id = "b",
                                      .start = subtree(inner),
                                      .kind = child_kind::supervisor,
                                      .start_timeout = 2s}}});
  EXPECT_EQ(logged(), "+a +c");
  advance(2s);
  EXPECT_EQ(logged(), "");
  self()->send(gate, static_cast<uint8_t>(errc::start_failed));
  run();
  EXPECT_EQ(logged(), "-c -a");
  auto reason = ended(sup);
  ASSERT_TRUE(reason);
  EXPECT_EQ(describe(*reason),
            "child 'b' did not start: did not start in time");
}

TEST_F(Supervisor, AFailedStartDeepDownIsToldAtTheTop) {
  auto failing = [](caf::event_based_actor*) -> caf::behavior {
    throw std::runtime_error{"no disk"};
  };
  supervisor_spec inner{
      .children = {child("c"), {.id = "d", .start = pooled(failing)}}};
  auto sup = supervise({.children = {child("a"),
                                     {.id = "b",
                                      .start = subtree(inner),
                                      .kind = child_kind::supervisor}}});
  EXPECT_EQ(logged(), "+a +c -c -a");
  auto reason = ended(sup);
  ASSERT_TRUE(reason);
  EXPECT_EQ(describe(*reason),
            "child 'b' did not start: child 'd' did not start: no disk");
}

} // namespace
} // namespace troupe
