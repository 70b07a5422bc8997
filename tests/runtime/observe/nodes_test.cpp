// SPDX-License-Identifier: Apache-2.0

// Observers of two nodes in one process, linked over loopback.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

#include "support/eventually.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;
using test::eventually;
using act = observer_action::kind;

constexpr auto patience = 20s;

/// Answers, throws hostile text, or does not come back for a while.
caf::behavior worker(caf::event_based_actor*, std::atomic<bool>& hold) {
  return {
      [](const std::string& x) {
        if (x == "boom")
          throw std::runtime_error{"\x1b[2Jboom"};
        return x;
      },
      [&hold](caf::put_atom) {
        EXPECT_TRUE(eventually(patience, [&] { return !hold.load(); }));
      },
  };
}

/// A node with an observer, if it is to have one.
struct member {
  explicit member(const std::string& name) {
    config.add_actor_type("worker", [this](caf::event_based_actor* self) {
      return worker(self, hold);
    });
    config.threads(2);
    system.emplace(config);
    me.emplace(*system);
    auto x =
        troupe::node::open(*system, {.name = name, .listen = "127.0.0.1:0"});
    if (x)
      node.emplace(std::move(*x));
    else
      ADD_FAILURE() << describe(x.error());
  }

  ~member() {
    hold = false;
    if (root)
      caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
  }

  void observe(observer_options options = {}) {
    observer.emplace(*system, *node, std::move(options));
  }

  template <class Result, class... Ts>
  caf::expected<Result> ask(Ts... xs) {
    caf::expected<Result> result{caf::error{}};
    (*me)
        ->request(observer->handle(), patience, xs...)
        .receive([&](Result& x) { result = std::move(x); },
                 [&](caf::error& why) { result = std::move(why); });
    return result;
  }

  system_snapshot look() {
    auto x = ask<system_snapshot>(snapshot_atom_v, snapshot_query{});
    return x ? *x : system_snapshot{};
  }

  /// Returns the node's part of a snapshot once it is complete.
  std::optional<node_snapshot> sees(const std::string& name) {
    std::optional<node_snapshot> result;
    auto there = eventually(patience, [&] {
      for (auto& x : look().nodes)
        if (x.node == name && x.answer == answer_state::complete)
          result = std::move(x);
      return result.has_value();
    });
    EXPECT_TRUE(there) << name;
    return result;
  }

  std::atomic<bool> hold = false;
  troupe::config config;
  std::optional<caf::actor_system> system;
  std::optional<caf::scoped_actor> me;
  std::optional<troupe::node> node;
  caf::actor root;
  std::optional<troupe::observer> observer;
};

/// The left node has a supervisor with a child on the right one.
class ObserveNodes : public testing::Test {
protected:
  void SetUp() override {
    left.emplace("left");
    right.emplace("right");
    auto where = "127.0.0.1:" + std::to_string(right->node->port());
    ASSERT_FALSE(left->node->join(where));
    auto near = [hold = &left->hold](caf::event_based_actor* self) {
      return worker(self, *hold);
    };
    left->root =
        spawn(*left->system, supervisor,
              supervisor_spec{
                  .children = {{.id = "near", .start = pooled(near)},
                               {.id = "far",
                                .start = left->node->on("right", "worker")}},
                  .intensity = std::nullopt});
    auto ready = false;
    await_ready(left->me->ptr(), left->root, patience)
        .receive([&] { ready = true; },
                 [](const caf::error& why) { FAIL() << describe(why); });
    ASSERT_TRUE(ready);
    left->observe({.roots = {{"shop", left->root}}});
  }

  void TearDown() override {
    right.reset();
    left.reset();
  }

  caf::actor child(const std::string& id) {
    caf::actor result;
    get_child(left->me->ptr(), left->root, patience, id)
        .receive([&](caf::actor& x) { result = std::move(x); },
                 [](const caf::error& why) { FAIL() << describe(why); });
    return result;
  }

  std::optional<member> left;
  std::optional<member> right;
};

TEST_F(ObserveNodes, ShowsWhereAChildRunsAndWhatANearOneIsDoing) {
  right->observe();
  left->hold = true;
  (*left->me)->send(child("near"), caf::put_atom_v);
  std::optional<observed_child> near;
  std::optional<observed_child> far;
  EXPECT_TRUE(eventually(patience, [&] {
    for (auto& node : left->look().nodes)
      for (auto& x : node.children)
        if (x.path == "shop/far" && x.note != "no observer there")
          far = x;
        else if (x.path == "shop/near" && x.info.busy_for)
          near = x;
    return far && near;
  }));
  ASSERT_TRUE(far);
  EXPECT_EQ(far->node, "right");
  EXPECT_EQ(far->info.state, child_state::up);
  ASSERT_TRUE(near);
  EXPECT_EQ(near->node, "left");
  EXPECT_EQ(near->info.message, "put");
  left->hold = false;
}

TEST_F(ObserveNodes, SaysThatANodeHasNoObserver) {
  EXPECT_TRUE(eventually(patience, [&] {
    for (auto& node : left->look().nodes)
      if (node.node == "right")
        return node.answer == answer_state::none
               && node.note == "no observer there";
    return false;
  }));
  auto x = left->ask<event_page>(events_atom_v, event_query{.node = "right"});
  EXPECT_EQ(x.error(), errc::no_observer);
  auto y = left->ask<event_page>(events_atom_v, event_query{.node = "nobody"});
  EXPECT_EQ(y.error(), errc::unknown_node);
}

TEST_F(ObserveNodes, ActsThroughTheObserverOfAnotherNode) {
  right->observe();
  ASSERT_TRUE(right->sees("left"));
  auto x = right->ask<action_outcome>(act_atom_v,
                                      observer_action{.what = act::restart,
                                                      .node = "left",
                                                      .target = "shop/near"});
  ASSERT_TRUE(x) << describe(x.error());
  EXPECT_EQ(x->text, "restarted shop/near");
  auto page = right->ask<event_page>(events_atom_v, event_query{"left"});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->events.back().text, "restart shop/near by node right");
  auto spawned = left->ask<action_outcome>(
      act_atom_v,
      observer_action{.what = act::spawn, .node = "right", .target = "worker"});
  ASSERT_TRUE(spawned) << describe(spawned.error());
  EXPECT_EQ(spawned->text, "started spawned/worker-1");
  auto record = right->ask<flight_record>(history_atom_v, std::string{"left"},
                                          std::string{"shop/far"});
  EXPECT_TRUE(record) << describe(record.error());
}

TEST_F(ObserveNodes, LetsOnlyThoseActWhoMay) {
  left->observer.reset();
  left->observe({.roots = {{"shop", left->root}},
                 .may_act = std::vector<action_permission>{{"right", "restart"},
                                                           {"other", "*"}}});
  right->observe();
  ASSERT_TRUE(right->sees("left"));
  auto perform = [&](act what) {
    auto x = right->ask<action_outcome>(
        act_atom_v,
        observer_action{.what = what, .node = "left", .target = "shop/near"});
    return x ? caf::error{} : x.error();
  };
  EXPECT_EQ(perform(act::kill), errc::action_not_allowed);
  EXPECT_EQ(perform(act::stop), errc::action_not_allowed);
  EXPECT_EQ(perform(act::restart), caf::error{});
}

TEST_F(ObserveNodes, ShowsHostileTextOfAnotherNodeAsText) {
  right->observe();
  // Once it is told of children, it is told of their ends.
  ASSERT_TRUE(eventually(patience, [&] {
    auto page = left->ask<event_page>(events_atom_v, event_query{});
    return page
           && std::any_of(page->events.begin(), page->events.end(),
                          [](auto& x) { return x.subject == "shop/far"; });
  }));
  (*left->me)->send(child("far"), "boom");
  std::string reason;
  EXPECT_TRUE(eventually(patience, [&] {
    auto page = left->ask<event_page>(events_atom_v, event_query{});
    if (page)
      for (auto& x : page->events)
        if (x.what == "ended")
          reason = x.reason;
    return !reason.empty();
  }));
  EXPECT_NE(reason.find("\\x1b[2Jboom"), std::string::npos) << reason;
  EXPECT_EQ(reason.find('\x1b'), std::string::npos);
}

TEST_F(ObserveNodes, RemembersWhatATraceDidOnWhichNode) {
  right->observe();
  ASSERT_TRUE(left->sees("right"));
  auto root = new_trace();
  auto far = child("far");
  {
    trace_scope scope{root};
    (*left->me)->send(far, "hello");
  }
  std::optional<trace_span> found;
  EXPECT_TRUE(eventually(patience, [&] {
    auto page =
        left->ask<trace_page>(spans_atom_v, event_query{.node = "right"});
    if (page)
      for (auto& x : page->spans)
        if (x.name == "str")
          found = x;
    return found.has_value();
  }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->trace_high, root.trace_high);
  EXPECT_EQ(found->trace_low, root.trace_low);
  EXPECT_EQ(found->parent, root.span);
}

TEST_F(ObserveNodes, TellsWhatWentOverLinks) {
  right->observe();
  auto seen = left->sees("left");
  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->links.size(), 1u);
  auto& link = seen->links.front();
  EXPECT_EQ(link.peer, "right");
  EXPECT_GT(link.sent_frames, 0u);
  EXPECT_GT(link.received_bytes, 0u);
  EXPECT_GT(link.window_bytes, 0u);
}

TEST_F(ObserveNodes, TellsOfANodeThatIsGoneInTheMiddleOfAnAction) {
  right->observe();
  ASSERT_TRUE(left->sees("right"));
  right->observer.reset();
  right->node.reset();
  auto x = left->ask<action_outcome>(
      act_atom_v,
      observer_action{.what = act::spawn, .node = "right", .target = "worker"});
  EXPECT_FALSE(x);
  EXPECT_TRUE(
      eventually(patience, [&] { return left->look().nodes.size() == 1; }));
}

} // namespace

} // namespace troupe
