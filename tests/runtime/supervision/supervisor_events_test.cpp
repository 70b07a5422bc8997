// SPDX-License-Identifier: Apache-2.0

// What watchers of a supervisor are told.

#include <chrono>

#include "runtime/supervision/supervisor_fixture.hpp"
#include "troupe/base/death_reason.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using kind = supervision_event::kind;

class SupervisionEvents : public test::supervisor_fixture {
protected:
  /// Returns a supervisor that tells `events` about its children.
  caf::actor watched(supervisor_spec spec) {
    auto [who, list] = watcher();
    events = list;
    spec.watchers.push_back(who);
    return supervise(std::move(spec));
  }

  std::string told() {
    return lines(*events);
  }

  std::shared_ptr<std::vector<supervision_event>> events;
};

TEST_F(SupervisionEvents, TellTheWholeLifeOfAChild) {
  auto sup = watched({.children = {child("a"), child("b")}});
  EXPECT_EQ(told(), "started a, started b");
  tell(sup, "a", "boom");
  EXPECT_EQ(told(), "message_lost a, ended a, restarting a, started a");
  tell(sup, "b", "bye");
  EXPECT_EQ(told(), "ended b, restarting b, started b");
  stop(sup);
  EXPECT_EQ(told(), "stopped b, stopped a");
}

TEST_F(SupervisionEvents, CarryReasonGenerationAndNumbers) {
  auto spec = child("a");
  spec.delay = restart_backoff{.bounds = {1h, 1h}};
  auto sup = watched(
      {.children = {std::move(spec)}, .intensity = restart_intensity{3, 5s}});
  events->clear();
  tell(sup, "a", "boom");
  ASSERT_EQ(events->size(), 3u);
  auto& ended = events->at(1);
  EXPECT_EQ(ended.what, kind::ended);
  EXPECT_EQ(describe(ended.reason), "boom of a");
  EXPECT_EQ(ended.generation, 1u);
  auto& restarting = events->at(2);
  EXPECT_EQ(restarting.what, kind::restarting);
  EXPECT_EQ(restarting.restarts, 1u);
  EXPECT_EQ(restarting.limit, caf::optional<size_t>{3});
  EXPECT_GT(restarting.delay, 0s);
  EXPECT_LE(restarting.delay, 1h);
  stop(sup);
}

TEST_F(SupervisionEvents, CarryTheLastMessagesOfAChildThatFailed) {
  auto sup = watched({.children = {child("a")}});
  tell(sup, "a", "hello");
  events->clear();
  tell(sup, "a", "boom");
  ASSERT_GE(events->size(), 2u);
  auto& ended = events->at(1);
  ASSERT_EQ(ended.what, kind::ended);
  ASSERT_EQ(ended.last_messages.size(), 2u);
  for (auto& line : ended.last_messages)
    EXPECT_NE(line.find("@str\", 1 element"), std::string::npos) << line;
  events->clear();
  tell(sup, "a", "bye");
  EXPECT_FALSE(events->empty());
  for (auto& x : *events)
    EXPECT_TRUE(x.last_messages.empty());
  stop(sup);
}

TEST_F(SupervisionEvents, TellWhyASupervisorGivesUp) {
  auto sup = watched({.children = {child("a"), child("b")},
                      .intensity = restart_intensity{.restarts = 0}});
  told();
  tell(sup, "a", "boom");
  EXPECT_EQ(told(), "message_lost a, ended a, exhausted a, stopped b");
}

TEST_F(SupervisionEvents, TellOfAutoShutdown) {
  auto spec = child("a");
  spec.restart = restart_type::temporary;
  spec.significant = significance::significant;
  auto sup = watched({.children = {std::move(spec), child("b")},
                      .shutdown = auto_shutdown::any_significant});
  told();
  tell(sup, "a", "bye");
  EXPECT_EQ(told(), "ended a, removed a, auto_shutdown , stopped b");
  EXPECT_EQ(ended(sup), make_error(caf::exit_reason::user_shutdown));
}

TEST_F(SupervisionEvents, TellOfAChildThatMustBeKilled) {
  auto stubborn = child("a");
  stubborn.start = pooled([](caf::event_based_actor* self) -> caf::behavior {
    self->set_exit_handler([](caf::exit_msg&) {});
    return {[](int) {}};
  });
  stubborn.shutdown = stop_limit::within(2s);
  auto sup = watched({.children = {std::move(stubborn)}});
  told();
  stop(sup);
  EXPECT_EQ(told(), "");
  advance(2s);
  EXPECT_EQ(told(), "overdue a, stopped a");
  EXPECT_TRUE(ended(sup));
}

TEST_F(SupervisionEvents, TellOfFailedStarts) {
  auto fails = std::make_shared<bool>(false);
  auto flaky = [fails](caf::event_based_actor*) -> caf::behavior {
    if (*fails)
      throw std::runtime_error{"no disk"};
    return {[](const std::string&) { throw std::runtime_error{"boom"}; }};
  };
  auto sup = watched({.children = {{.id = "a", .start = pooled(flaky)}},
                      .intensity = restart_intensity{2, 5s}});
  *fails = true;
  events->clear();
  tell(sup, "a", "now");
  ASSERT_EQ(events->size(), 7u);
  EXPECT_EQ(describe(events->at(3).reason), "no disk");
  EXPECT_EQ(events->at(3).death, to_string(explain(events->at(3).reason)));
  EXPECT_EQ(told(), "message_lost a, ended a, restarting a, start_failed a, "
                    "restarting a, start_failed a, exhausted a");
}

TEST_F(SupervisionEvents, OfSupervisorsBelowHaveAPath) {
  supervisor_spec deepest{.children = {child("c")}};
  supervisor_spec inner{.children = {child("b"),
                                     {.id = "deep",
                                      .start = subtree(deepest),
                                      .kind = child_kind::supervisor}}};
  auto sup = watched({.children = {child("a"),
                                   {.id = "inner",
                                    .start = subtree(inner),
                                    .kind = child_kind::supervisor}}});
  EXPECT_EQ(told(), "started a, started inner, started inner/b, started "
                    "inner/deep, started inner/deep/c");
  tell(handle(handle(sup, "inner"), "deep"), "c", "boom");
  EXPECT_EQ(told(), "message_lost inner/deep/c, ended inner/deep/c, restarting "
                    "inner/deep/c, started inner/deep/c");
  stop(sup);
  EXPECT_EQ(told(), "stopped inner/deep/c, stopped inner/deep, stopped "
                    "inner/b, stopped inner, stopped a");
}

TEST_F(SupervisionEvents, BeginWithWhatIsUp) {
  auto sup = supervise({.children = {child("a"), child("b")}});
  auto [who, list] = watcher();
  EXPECT_TRUE(ask<void>(sup, watch_atom_v, who));
  EXPECT_EQ(lines(*list), "started a, started b");
  tell(sup, "b", "bye");
  EXPECT_EQ(lines(*list), "ended b, restarting b, started b");
  stop(sup);
}

TEST_F(SupervisionEvents, EndWithTheWatcher) {
  auto sup = supervise({.children = {child("a")}});
  auto [who, list] = watcher();
  EXPECT_TRUE(ask<void>(sup, watch_atom_v, who));
  self()->send_exit(who, caf::exit_reason::user_shutdown);
  run();
  list->clear();
  tell(sup, "a", "boom");
  EXPECT_EQ(lines(*list), "");
  stop(sup);
}

TEST_F(SupervisionEvents, AreLinesForPeople) {
  EXPECT_EQ(describe(supervision_event{
                .what = kind::ended,
                .child = "storage/cache",
                .generation = 7,
                .reason = make_error(errc::unhandled_exception, "bad block")}),
            "storage/cache #7 ended: bad block");
  EXPECT_EQ(describe(supervision_event{.what = kind::restarting,
                                       .child = "a",
                                       .generation = 7,
                                       .restarts = 2,
                                       .limit = size_t{3},
                                       .delay = 1500ms}),
            "a #7 restarting in 1500 ms, 2 of 3");
}

} // namespace
} // namespace troupe
