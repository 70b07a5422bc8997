// SPDX-License-Identifier: Apache-2.0

// The messages of the protocol in troupe/supervision/supervisor.hpp.

#include <chrono>
#include <string>
#include <vector>

#include "runtime/supervision/supervisor_fixture.hpp"

#include "caf/scoped_actor.hpp"

#include "troupe/supervision/supervisor_calls.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

class SupervisorRequests : public test::supervisor_fixture {
protected:
  std::vector<child_info> children(const caf::actor& x) {
    auto result = ask<std::vector<child_info>>(x, children_atom_v);
    EXPECT_TRUE(result) << describe(result.error());
    return result ? *result : std::vector<child_info>{};
  }

  /// Returns the ids with the states, as in `"a up, b empty"`.
  std::string states(const caf::actor& x) {
    std::string result;
    for (auto& y : children(x))
      result += (result.empty() ? "" : ", ") + y.id + " " + to_string(y.state);
    return result;
  }

  child_counts counts(const caf::actor& x) {
    auto result = ask<child_counts>(x, count_atom_v);
    EXPECT_TRUE(result) << describe(result.error());
    return result ? *result : child_counts{};
  }

  /// Returns `"ok"` or the name of the error.
  template <class T>
  std::string outcome(const caf::expected<T>& x) {
    if (x)
      return "ok";
    for (auto code :
         {errc::unknown_child, errc::child_exists, errc::child_running,
          errc::child_not_running, errc::child_busy, errc::not_for_dynamic,
          errc::only_for_dynamic, errc::start_failed, errc::supervisor_stopping,
          errc::missing_start, errc::bad_significance, errc::unknown_message})
      if (x.error() == make_error(code))
        return to_string(code);
    return describe(x.error());
  }

  template <class... Ts>
  std::string order(const caf::actor& x, const Ts&... xs) {
    return outcome(ask<void>(x, xs...));
  }

  template <class... Ts>
  std::string order_child(const caf::actor& x, const Ts&... xs) {
    return outcome(ask<caf::actor>(x, xs...));
  }

  const std::string a = "a";
  const std::string b = "b";
  const std::string nobody = "nobody";
};

// -- administration -----------------------------------------------------------

TEST_F(SupervisorRequests, AChildsLifeByMessages) {
  auto sup = supervise({.children = {child("a")}});
  EXPECT_EQ(order_child(sup, start_atom_v, child("b")), "ok");
  EXPECT_EQ(states(sup), "a up, b up");
  EXPECT_EQ(order_child(sup, start_atom_v, child("b")), "child_exists");
  EXPECT_EQ(order(sup, delete_atom_v, b), "child_running");
  EXPECT_EQ(order(sup, stop_atom_v, b), "ok");
  EXPECT_EQ(states(sup), "a up, b empty");
  EXPECT_EQ(order_child(sup, start_atom_v, child("b")), "child_exists");
  EXPECT_EQ(order_child(sup, child_atom_v, b), "child_not_running");
  EXPECT_EQ(order_child(sup, restart_atom_v, b), "ok");
  EXPECT_EQ(talk(sup, "b", "hello"), "b says hello");
  EXPECT_EQ(order(sup, stop_atom_v, b), "ok");
  EXPECT_EQ(order(sup, delete_atom_v, b), "ok");
  EXPECT_EQ(states(sup), "a up");
  EXPECT_EQ(order_child(sup, start_atom_v, child("b")), "ok");
  EXPECT_EQ(logged(), "+a +b -b +b -b +b");
  stop(sup);
}

TEST_F(SupervisorRequests, AnUnknownIdIsToldByName) {
  auto sup = supervise({.children = {child("a")}});
  EXPECT_EQ(order(sup, stop_atom_v, nobody), "unknown_child");
  EXPECT_EQ(order(sup, delete_atom_v, nobody), "unknown_child");
  EXPECT_EQ(order_child(sup, restart_atom_v, nobody), "unknown_child");
  EXPECT_EQ(order_child(sup, child_atom_v, nobody), "unknown_child");
  auto reply = ask<void>(sup, stop_atom_v, nobody);
  EXPECT_EQ(describe(reply.error()), "no child 'nobody'");
  stop(sup);
}

TEST_F(SupervisorRequests, AWrongSpecIsRefused) {
  auto sup = supervise({});
  EXPECT_EQ(order_child(sup, start_atom_v, child_spec{.id = "x"}),
            "missing_start");
  auto significant = child("y");
  significant.restart = restart_type::transient;
  significant.significant = significance::significant;
  EXPECT_EQ(order_child(sup, start_atom_v, significant), "bad_significance");
  EXPECT_EQ(states(sup), "");
  stop(sup);
}

TEST_F(SupervisorRequests, AStartThatFailsIsToldWithItsReason) {
  auto failing = [](caf::event_based_actor*) -> caf::behavior {
    throw std::runtime_error{"no disk"};
  };
  auto sup = supervise({});
  auto reply = ask<caf::actor>(sup, start_atom_v,
                               child_spec{.id = "x", .start = pooled(failing)});
  EXPECT_EQ(outcome(reply), "start_failed");
  EXPECT_EQ(describe(reply.error()), "child 'x': no disk");
  EXPECT_EQ(states(sup), "");
  stop(sup);
}

TEST_F(SupervisorRequests, AStoppedChildsHandleGoesDown) {
  auto sup = supervise({.children = {child("a")}});
  auto old = handle(sup, "a");
  self()->monitor(old);
  EXPECT_EQ(order(sup, stop_atom_v, a), "ok");
  EXPECT_TRUE(received<caf::down_msg>());
  EXPECT_EQ(order_child(sup, restart_atom_v, a), "ok");
  EXPECT_NE(handle(sup, "a"), old);
  EXPECT_FALSE(ask<std::string>(old, std::string{"hello"}));
  stop(sup);
}

TEST_F(SupervisorRequests, ARestartOnRequestKeepsTheHandle) {
  auto sup = supervise({.children = {child("a")}});
  auto old = handle(sup, "a");
  auto reply = ask<caf::actor>(sup, restart_atom_v, a);
  ASSERT_TRUE(reply);
  EXPECT_EQ(*reply, old);
  EXPECT_EQ(logged(), "+a -a +a");
  stop(sup);
}

TEST_F(SupervisorRequests, RepliesOfStartAreHandles) {
  auto sup = supervise({});
  auto reply = ask<caf::actor>(sup, start_atom_v, child("a"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(*reply, handle(sup, "a"));
  stop(sup);
}

TEST_F(SupervisorRequests, WhileStoppingStartNobody) {
  auto slow = child("a");
  slow.start = pooled([](caf::event_based_actor* self) -> caf::behavior {
    self->set_exit_handler([](caf::exit_msg&) {});
    return {[](int) {}};
  });
  auto sup = supervise({.children = {std::move(slow)}});
  self()->send_exit(sup, caf::exit_reason::user_shutdown);
  run();
  EXPECT_EQ(order_child(sup, start_atom_v, child("b")), "supervisor_stopping");
  auto ready = open<void>(sup, ready_atom_v);
  advance(5s);
  EXPECT_TRUE(ended(sup));
  EXPECT_EQ(outcome(ready.result()), "supervisor_stopping");
}

TEST_F(SupervisorRequests, AreAnsweredWhenTheSupervisorIsKilled) {
  auto sup =
      supervise({.children = {{.id = "a",
                               .start = starter{{},
                                                [](start_desk&, start_context,
                                                   starter::done) {}}}}});
  auto ready = open<void>(sup, ready_atom_v);
  auto started = open<caf::actor>(sup, start_atom_v, child("b"));
  run();
  EXPECT_FALSE(ready.answered());
  self()->send_exit(sup, caf::exit_reason::kill);
  run();
  EXPECT_FALSE(ready.result());
  EXPECT_FALSE(started.result());
}

// -- what it tells ------------------------------------------------------------

TEST_F(SupervisorRequests, TellAboutEachChild) {
  auto slow = child("b");
  slow.delay = restart_backoff{.bounds = {10s, 10s}};
  slow.start = worker("b");
  supervisor_spec inner{.children = {child("x")}};
  auto sup = supervise({.children = {child("a"),
                                     std::move(slow),
                                     {.id = "c",
                                      .start = subtree(inner),
                                      .kind = child_kind::supervisor}},
                        .intensity = restart_intensity{4, 5s}});
  tell(sup, "a", "boom");
  tell(sup, "b", "boom");
  auto list = children(sup);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].id, "a");
  EXPECT_EQ(list[0].state, child_state::up);
  EXPECT_EQ(list[0].place, "pooled");
  EXPECT_EQ(list[0].restarts, 2u);
  EXPECT_EQ(list[0].limit, caf::optional<size_t>{4});
  EXPECT_EQ(describe(list[0].last_failure), "boom of a");
  EXPECT_FALSE(list[0].is_supervisor);
  EXPECT_EQ(list[1].state, child_state::waiting);
  EXPECT_TRUE(list[1].next_start);
  EXPECT_EQ(list[2].state, child_state::up);
  EXPECT_TRUE(list[2].is_supervisor);
  EXPECT_EQ(list[2].last_failure, caf::none);
  EXPECT_GT(list[0].generation, list[2].generation);
  stop(sup);
}

TEST_F(SupervisorRequests, TellHowManyMessagesWait) {
  auto slow = child("a");
  slow.delay = restart_backoff{.bounds = {10s, 10s}};
  auto sup = supervise({.children = {std::move(slow)}});
  auto a_handle = handle(sup, "a");
  self()->send(a_handle, std::string{"boom"});
  self()->send(a_handle, std::string{"one"});
  run();
  self()->send(a_handle, std::string{"two"});
  run();
  EXPECT_EQ(children(sup).front().waiting_messages, 2u);
  stop(sup);
}

TEST_F(SupervisorRequests, Count) {
  supervisor_spec inner{.children = {child("x"), child("y")}};
  auto sup = supervise({.children = {child("a"),
                                     child("b"),
                                     {.id = "c",
                                      .start = subtree(inner),
                                      .kind = child_kind::supervisor}}});
  EXPECT_EQ(order(sup, stop_atom_v, b), "ok");
  tell(sup, "a", "boom");
  auto x = counts(sup);
  EXPECT_EQ(x.specs, 3u);
  EXPECT_EQ(x.active, 2u);
  EXPECT_EQ(x.workers, 2u);
  EXPECT_EQ(x.supervisors, 1u);
  EXPECT_EQ(x.restarts, 1u);
  EXPECT_EQ(x.disowned, 0u);
  stop(sup);
}

// -- the functions that send them ---------------------------------------------

TEST_F(SupervisorRequests, HaveFunctions) {
  auto sup = supervise({});
  caf::scoped_actor me{sys, true};
  auto fail = [](const caf::error& x) { ADD_FAILURE() << describe(x); };
  auto answered = 0;
  auto expect = [&](auto handle, auto on_reply) {
    run();
    handle.receive(on_reply, fail);
    ++answered;
  };
  expect(await_ready(me.ptr(), sup, 1s), [] {});
  expect(start_child(me.ptr(), sup, 1s, child("a")), [](caf::actor&) {});
  expect(get_child(me.ptr(), sup, 1s, "a"), [](caf::actor&) {});
  expect(restart_child(me.ptr(), sup, 1s, "a"), [](caf::actor&) {});
  expect(which_children(me.ptr(), sup, 1s),
         [](std::vector<child_info>& x) { EXPECT_EQ(x.size(), 1u); });
  expect(count_children(me.ptr(), sup, 1s),
         [](child_counts x) { EXPECT_EQ(x.active, 1u); });
  expect(list_quarantine(me.ptr(), sup, 1s),
         [](std::vector<quarantined_message>& x) { EXPECT_TRUE(x.empty()); });
  auto [who, events] = watcher();
  expect(watch_children(me.ptr(), sup, 1s, who), [] {});
  expect(stop_child(me.ptr(), sup, 1s, "a"), [] {});
  expect(delete_child(me.ptr(), sup, 1s, "a"), [] {});
  EXPECT_EQ(answered, 10);
  stop(sup);
}

// -- dynamic children ---------------------------------------------------------

TEST_F(SupervisorRequests, StartDynamicChildrenFromATemplate) {
  auto sup = supervise(
      {.strategy = supervision_strategy::dynamic, .children = {child("w")}});
  EXPECT_EQ(logged(), "");
  EXPECT_EQ(order_child(sup, start_atom_v), "ok");
  EXPECT_EQ(order_child(sup, start_atom_v), "ok");
  EXPECT_EQ(order_child(sup, start_atom_v, worker("other")), "ok");
  EXPECT_EQ(logged(), "+w +w +other");
  EXPECT_EQ(states(sup), "w-1 up, w-2 up, w-3 up");
  EXPECT_EQ(talk(sup, "w-3", "hello"), "other says hello");
  EXPECT_EQ(order_child(sup, start_atom_v, child("x")), "not_for_dynamic");
  EXPECT_EQ(order(sup, stop_atom_v, std::string{"w-2"}), "ok");
  EXPECT_EQ(states(sup), "w-1 up, w-3 up");
  tell(sup, "w-3", "boom");
  EXPECT_EQ(logged(), "-w -other +other");
  stop(sup);
  EXPECT_EQ(logged(), "-w -other");
}

TEST_F(SupervisorRequests, ATemplateIsOnlyForDynamicChildren) {
  auto sup = supervise({});
  EXPECT_EQ(order_child(sup, start_atom_v), "only_for_dynamic");
  EXPECT_EQ(order_child(sup, start_atom_v, worker("x")), "only_for_dynamic");
  stop(sup);
}

TEST_F(SupervisorRequests, ManyTemporaryDynamicChildrenComeAndGo) {
  auto temporary = child("w");
  temporary.restart = restart_type::temporary;
  auto sup = supervise({.strategy = supervision_strategy::dynamic,
                        .children = {std::move(temporary)}});
  for (int i = 1; i <= 1'000; ++i) {
    auto reply = ask<caf::actor>(sup, start_atom_v);
    ASSERT_TRUE(reply);
    self()->send(*reply, std::string{i % 2 == 0 ? "bye" : "boom"});
  }
  run();
  EXPECT_EQ(counts(sup).specs, 0u);
  EXPECT_FALSE(ended(sup));
  stop(sup);
}

// -- the quarantine -----------------------------------------------------------

class SupervisorQuarantine : public SupervisorRequests {
protected:
  child_spec retrying(const std::string& name, size_t retries) {
    auto result = child(name);
    result.in_flight = {.policy = in_flight_policy::retry, .retries = retries};
    return result;
  }

  std::vector<quarantined_message> quarantined(const caf::actor& x) {
    auto result = ask<std::vector<quarantined_message>>(x, quarantine_atom_v);
    EXPECT_TRUE(result) << describe(result.error());
    return result ? *result : std::vector<quarantined_message>{};
  }
};

TEST_F(SupervisorQuarantine, KeepsAMessageThatGoesOnKilling) {
  auto sup = supervise({.children = {retrying("a", 2)}});
  auto reply = ask<std::string>(handle(sup, "a"), std::string{"boom"});
  EXPECT_EQ(reply.error(), make_error(errc::quarantined));
  EXPECT_EQ(logged(), "+a -a +a -a +a -a +a");
  auto list = quarantined(sup);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].child, "a");
  EXPECT_EQ(list[0].number, 1u);
  EXPECT_TRUE(list[0].is_request);
  EXPECT_NE(list[0].text.find("boom"), std::string::npos);
  ASSERT_EQ(list[0].history.size(), 3u);
  EXPECT_EQ(describe(list[0].history[2].reason), "boom of a");
  EXPECT_EQ(talk(sup, "a", "hello"), "a says hello");
  stop(sup);
}

TEST_F(SupervisorQuarantine, ReplaysAndDiscards) {
  auto sup =
      supervise({.children = {retrying("a", 0)}, .intensity = std::nullopt});
  tell(sup, "a", "boom");
  tell(sup, "a", "boom");
  EXPECT_EQ(quarantined(sup).size(), 2u);
  EXPECT_EQ(order(sup, discard_atom_v, uint64_t{1}), "ok");
  EXPECT_EQ(order(sup, discard_atom_v, uint64_t{1}), "unknown_message");
  logged();
  EXPECT_EQ(order(sup, replay_atom_v, uint64_t{2}), "ok");
  EXPECT_EQ(logged(), "-a +a");
  auto list = quarantined(sup);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].number, 3u);
  EXPECT_EQ(order(sup, replay_atom_v, uint64_t{2}), "unknown_message");
  stop(sup);
}

TEST_F(SupervisorQuarantine, KeepsAMessageWhoseChildIsStopped) {
  auto sup = supervise({.children = {retrying("a", 0)}});
  tell(sup, "a", "boom");
  EXPECT_EQ(order(sup, stop_atom_v, a), "ok");
  EXPECT_EQ(order(sup, replay_atom_v, uint64_t{1}), "child_not_running");
  EXPECT_EQ(quarantined(sup).size(), 1u);
  stop(sup);
}

TEST_F(SupervisorQuarantine, IsBoundedAndTellsWhatItForgets) {
  auto [who, events] = watcher();
  auto sup = supervise({.children = {retrying("a", 0)},
                        .intensity = std::nullopt,
                        .watchers = {who},
                        .max_quarantined = 2});
  events->clear();
  for (int i = 0; i < 3; ++i)
    tell(sup, "a", "boom");
  auto list = quarantined(sup);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].number, 2u);
  EXPECT_NE(lines(*events).find("forgotten a"), std::string::npos);
  stop(sup);
}

} // namespace
} // namespace troupe
