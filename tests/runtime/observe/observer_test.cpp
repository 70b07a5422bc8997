// SPDX-License-Identifier: Apache-2.0

// The actor behind an observer, in a test system.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "runtime/supervision/supervisor_fixture.hpp"

#include "caf/sec.hpp"

#include "observe/observer_state.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using act = observer_action::kind;

caf::behavior counter(caf::event_based_actor*) {
  return {[](int64_t x) { return x + 1; }};
}

class Observer : public test::supervisor_fixture {
protected:
  Observer() {
    supervisor_spec storage{.children = {child("cache"), child("disk")}};
    root = supervise({.children = {child("front"),
                                   {.id = "storage",
                                    .start = subtree(std::move(storage)),
                                    .kind = child_kind::supervisor}},
                      .intensity = std::nullopt});
    observer = sys.spawn(
        observer_actor,
        observer_setup{.options = {.roots = {{"shop", root}}}, .name = "here"});
    run();
  }

  ~Observer() override {
    stop(observer);
    stop(root);
  }

  node_snapshot look(snapshot_query query = {}) {
    auto x = ask<system_snapshot>(observer, snapshot_atom_v, query);
    if (!x || x->nodes.size() != 1) {
      ADD_FAILURE() << (x ? "not one node" : describe(x.error()));
      return {};
    }
    return std::move(x->nodes.front());
  }

  /// Returns paths with states and generations, as in `shop up 0`.
  static std::string list(const node_snapshot& x) {
    std::string result;
    for (auto& y : x.children)
      result += (result.empty() ? "" : ", ") + y.path + " "
                + to_string(y.info.state) + " "
                + std::to_string(y.info.generation);
    return result;
  }

  static const observed_child& find(const node_snapshot& x,
                                    const std::string& path) {
    for (auto& y : x.children)
      if (y.path == path)
        return y;
    throw std::logic_error{"no " + path};
  }

  /// Returns the outcome of an action as text.
  std::string perform(observer_action what) {
    auto x = ask<action_outcome>(observer, act_atom_v, std::move(what));
    return x ? x->text : to_string(x.error());
  }

  quarantine_page quarantined() {
    auto x = ask<quarantine_page>(observer, quarantine_atom_v, std::string{});
    return x ? *x : quarantine_page{};
  }

  /// Replays a message that fails again, and discards it then.
  void replay_and_discard(const std::string& target, uint64_t number) {
    EXPECT_EQ(
        perform({.what = act::replay, .target = target, .number = number}),
        "sent message " + std::to_string(number) + " of " + target + " again");
    run();
    auto page = quarantined();
    ASSERT_EQ(page.messages.size(), 1u);
    number = page.messages.front().number;
    EXPECT_EQ(
        perform({.what = act::discard, .target = target, .number = number}),
        "discarded message " + std::to_string(number) + " of " + target);
    EXPECT_TRUE(quarantined().messages.empty());
  }

  event_page events(event_query query = {}) {
    auto x = ask<event_page>(observer, events_atom_v, std::move(query));
    return x ? *x : event_page{};
  }

  /// Returns the texts of all events so far.
  std::vector<std::string> texts() {
    std::vector<std::string> result;
    for (auto& x : events().events)
      result.push_back(x.text);
    return result;
  }

  caf::actor storage() {
    auto x = ask<caf::actor>(root, child_atom_v, "storage");
    return x ? *x : caf::actor{};
  }

  caf::actor root;
  caf::actor observer;
};

TEST_F(Observer, ShowsTheTreeParentsFirst) {
  EXPECT_EQ(list(look()), "shop up 0, shop/front up 1, shop/storage up 2, "
                          "shop/storage/cache up 1, shop/storage/disk up 2");
}

TEST_F(Observer, ShowsAPartOfTheTreeOnRequest) {
  EXPECT_EQ(list(look({.under = "shop/storage/disk"})),
            "shop/storage/disk up 2");
  EXPECT_EQ(list(look({.under = "shop/storage"})),
            "shop/storage up 2, shop/storage/cache up 1, "
            "shop/storage/disk up 2");
  EXPECT_EQ(list(look({.under = "nobody"})), "");
}

TEST_F(Observer, CountsWhatItLeavesOut) {
  auto x = look({.max_children = 2});
  EXPECT_EQ(list(x), "shop up 0, shop/front up 1");
  EXPECT_EQ(x.omitted, 3u);
}

TEST_F(Observer, ShowsMessagesAndFailures) {
  tell(root, "front", "hello");
  tell(root, "front", "boom");
  auto x = find(look(), "shop/front");
  EXPECT_EQ(x.failures, 1u);
  EXPECT_EQ(x.restarts, 1u);
  EXPECT_EQ(x.info.generation, 3u);
  EXPECT_EQ(x.info.last_death, "std::runtime_error: boom of front");
  EXPECT_EQ(x.info.work.handled, 0u);
  tell(root, "front", "hello");
  EXPECT_EQ(find(look(), "shop/front").info.work.handled, 1u);
}

TEST_F(Observer, CountsWhatNobodyHasLookedAt) {
  for (int i = 0; i < 3; ++i)
    tell(root, "front", "hello");
  tell(root, "front", "boom");
  auto text = ask<std::string>(observer, metrics_atom_v, std::string{});
  ASSERT_TRUE(text) << describe(text.error());
  EXPECT_NE(text->find("troupe_messages_handled_total{type=\"shop/front\"} 3"),
            text->npos)
      << *text;
}

TEST_F(Observer, ShowsWhatDoesNotAnswerAsSuch) {
  // A supervisor that never gets a turn.
  auto mute = sys.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](watch_atom, const caf::actor&, const std::string&) {}};
  });
  auto silent = sys.spawn([=](caf::event_based_actor* self) -> caf::behavior {
    self->set_default_handler(caf::skip);
    return {[](watch_atom, const caf::actor&, const std::string&) {}};
  });
  self()->send(observer, observed_root{"mute", silent});
  run();
  auto request = open<system_snapshot>(observer, snapshot_atom_v,
                                       snapshot_query{.deadline = 100ms});
  advance(100ms);
  auto x = request.result();
  ASSERT_TRUE(x) << describe(x.error());
  auto& node = x->nodes.front();
  EXPECT_EQ(node.answer, answer_state::partial);
  EXPECT_EQ(find(node, "mute").note, "no answer in time");
  EXPECT_EQ(find(node, "shop/front").note, "");
  stop(mute);
  stop(silent);
}

TEST_F(Observer, TellsOfARootThatHasEnded) {
  stop(root);
  auto x = find(look(), "shop");
  EXPECT_EQ(x.info.state, child_state::empty);
  EXPECT_EQ(x.note, "it has ended");
  auto last = events().events.back();
  EXPECT_EQ(last.what, "ended");
  EXPECT_EQ(last.subject, "shop");
  EXPECT_EQ(perform({.what = act::restart, .target = "shop/front"}),
            to_string(make_error(errc::unknown_child, "no child shop/front")));
}

TEST_F(Observer, RemembersCrashesWithTheLastMessages) {
  tell(root, "front", "hello");
  tell(root, "front", "boom");
  const observed_event* crash = nullptr;
  auto page = events();
  for (auto& x : page.events)
    if (x.what == "ended")
      crash = &x;
  ASSERT_NE(crash, nullptr);
  EXPECT_EQ(crash->subject, "shop/front");
  EXPECT_EQ(crash->node, "here");
  EXPECT_EQ(crash->level, event_level::warning);
  EXPECT_EQ(crash->reason, "std::runtime_error: boom of front");
  EXPECT_EQ(crash->last_messages.size(), 2u);
  auto later = events({.after = page.events.back().number});
  EXPECT_TRUE(later.events.empty());
  tell(root, "front", "boom");
  EXPECT_FALSE(events({.after = page.events.back().number}).events.empty());
}

TEST_F(Observer, TellsWatchersOfEachEvent) {
  self()->send(observer, watch_atom_v, caf::actor{self()});
  tell(root, "front", "boom");
  std::vector<std::string> told;
  while (auto x = received<observed_event>())
    told.push_back(x->what);
  EXPECT_EQ(told, (std::vector<std::string>{"message_lost", "ended",
                                            "restarting", "started"}));
  self()->send(observer, withdraw_atom_v, caf::actor{self()});
  tell(root, "front", "boom");
  EXPECT_FALSE(received<observed_event>());
}

TEST_F(Observer, ActsOnChildren) {
  EXPECT_EQ(perform({.what = act::restart, .target = "shop/storage/cache"}),
            "restarted shop/storage/cache");
  EXPECT_EQ(perform({.what = act::stop, .target = "shop/storage/disk"}),
            "stopped shop/storage/disk");
  EXPECT_EQ(perform({.what = act::kill, .target = "shop/front"}),
            "killed shop/front");
  run();
  EXPECT_EQ(list(look()), "shop up 0, shop/front up 3, shop/storage up 2, "
                          "shop/storage/cache up 3, "
                          "shop/storage/disk empty 2");
  EXPECT_EQ(perform({.what = act::restart, .target = "shop/storage/disk"}),
            "restarted shop/storage/disk");
  EXPECT_EQ(texts().back(), "restart shop/storage/disk by this process");
}

TEST_F(Observer, SaysWhyItCannotAct) {
  auto refused = [&](observer_action what) {
    auto x = ask<action_outcome>(observer, act_atom_v, std::move(what));
    return x ? caf::error{} : x.error();
  };
  EXPECT_EQ(refused({.target = "shop/nobody"}), errc::unknown_child);
  EXPECT_EQ(refused({.target = "shop/front/deeper"}), errc::unknown_child);
  EXPECT_EQ(refused({.target = "nobody/front"}), errc::unknown_child);
  EXPECT_EQ(refused({.target = ""}), errc::unknown_child);
  EXPECT_EQ(refused({.target = "shop"}), errc::bad_input);
  EXPECT_EQ(refused({.node = "elsewhere", .target = "shop/front"}),
            errc::unknown_node);
  EXPECT_EQ(refused({.what = act::spawn, .target = "nothing"}),
            errc::unknown_actor_type);
  EXPECT_EQ(refused({.what = act::replay, .target = "shop", .number = 1}),
            errc::unknown_message);
  EXPECT_EQ(texts().back(), "replay shop message 1 by this process failed: "
                            "no message 1 in quarantine");
}

TEST_F(Observer, DoesOneOfTwoActionsAtATime) {
  observer_action restart{.what = act::restart, .target = "shop/front"};
  auto first = open<action_outcome>(observer, act_atom_v, restart);
  auto second = open<action_outcome>(observer, act_atom_v, restart);
  run();
  EXPECT_TRUE(first.result());
  auto other = second.result();
  EXPECT_TRUE(other || other.error() == errc::child_busy)
      << describe(other.error());
  EXPECT_EQ(find(look(), "shop/front").info.state, child_state::up);
}

TEST_F(Observer, FindsChildrenWithSlashesInTheirIds) {
  auto x = ask<caf::actor>(root, start_atom_v, child("a/b"));
  ASSERT_TRUE(x);
  EXPECT_EQ(perform({.what = act::restart, .target = "shop/a/b"}),
            "restarted shop/a/b");
}

TEST_F(Observer, DrainsAChildBeforeItStopsIt) {
  EXPECT_EQ(perform({.what = act::drain, .target = "shop/front"}),
            "drained shop/front");
  EXPECT_EQ(find(look(), "shop/front").info.state, child_state::empty);
}

TEST_F(Observer, ShowsTheLastMessagesOfAChild) {
  tell(storage(), "cache", "hello");
  auto x = ask<flight_record>(observer, history_atom_v, std::string{},
                              std::string{"shop/storage/cache"});
  ASSERT_TRUE(x) << describe(x.error());
  EXPECT_EQ(x->path, "shop/storage/cache");
  ASSERT_EQ(x->messages.size(), 1u);
  EXPECT_EQ(x->messages[0].type, "@str");
  EXPECT_EQ(x->messages[0].size, 1u);
  auto missing = ask<flight_record>(observer, history_atom_v, std::string{},
                                    std::string{"shop/nobody"});
  EXPECT_EQ(missing.error(), errc::unknown_child);
}

TEST_F(Observer, ShowsAndReplaysTheQuarantine) {
  auto spec = child("back");
  spec.in_flight = {.policy = in_flight_policy::retry, .retries = 1};
  ASSERT_TRUE(ask<caf::actor>(root, start_atom_v, std::move(spec)));
  tell(root, "back", "boom");
  auto page = quarantined();
  ASSERT_EQ(page.messages.size(), 1u);
  auto& x = page.messages.front();
  EXPECT_EQ(x.supervisor, "shop");
  EXPECT_EQ(x.child, "shop/back");
  EXPECT_EQ(x.text, "(\"boom\")");
  ASSERT_EQ(x.history.size(), 2u);
  EXPECT_EQ(x.history[0].reason, "boom of back");
  replay_and_discard("shop", x.number);
}

TEST_F(Observer, ShowsAndReplaysTheQuarantineOfAPool) {
  pool_options options{.max_attempts = 1};
  options.workers = {pooled([](caf::event_based_actor*) -> caf::behavior {
    return {[](int64_t) -> int64_t { throw std::runtime_error{"poison"}; }};
  })};
  auto pool = sys.spawn<troupe::pool>(std::move(options));
  self()->send(observer,
               observed_root{"work", pool, observed_root::kind::pool});
  run();
  EXPECT_FALSE(ask<int64_t>(pool, int64_t{7}));
  auto page = quarantined();
  ASSERT_EQ(page.messages.size(), 1u);
  auto& x = page.messages.front();
  EXPECT_EQ(x.supervisor, "work");
  EXPECT_EQ(x.child, "work/worker 0");
  EXPECT_EQ(x.text, "(7)");
  replay_and_discard("work", x.number);
  stop(pool);
}

TEST_F(Observer, ShowsAndDrainsPools) {
  pool_options options;
  options.workers = {pooled(counter)};
  auto pool = sys.spawn<troupe::pool>(std::move(options));
  run();
  self()->send(observer,
               observed_root{"work", pool, observed_root::kind::pool});
  run();
  EXPECT_TRUE(ask<int64_t>(pool, int64_t{1}));
  auto x = look();
  ASSERT_EQ(x.pools.size(), 1u);
  EXPECT_EQ(x.pools[0].name, "work");
  EXPECT_EQ(x.pools[0].stats.completed, 1u);
  EXPECT_EQ(perform({.what = act::drain, .target = "work"}),
            "drained pool work");
  stop(pool);
}

} // namespace
} // namespace troupe
