// SPDX-License-Identifier: Apache-2.0

// More than two nodes, in one process.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

#include "remote/membership_messages.hpp"
#include "support/eventually.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;
using test::eventually;

constexpr auto patience = 20s;

/// Tells where it runs.
caf::behavior teller(caf::event_based_actor* self, const std::string& name) {
  return {
      [=](caf::get_atom) { return name; },
      [=](caf::put_atom) { self->quit(make_error(errc::bad_input, "asked")); },
  };
}

/// Tells where it runs, slowly.
caf::behavior slow_teller(caf::event_based_actor*, const std::string& name,
                          std::atomic<bool>& hold) {
  return {[=, &hold](caf::get_atom) {
    EXPECT_TRUE(eventually(patience, [&] { return !hold.load(); }));
    return name;
  }};
}

/// How many actors have begun to start, are alive, and were at most.
struct head_count {
  std::atomic<int> begun = 0;
  std::atomic<int> alive = 0;
  std::atomic<int> most = 0;
};

/// Takes its time to start.
caf::behavior late(caf::event_based_actor* self, head_count& count,
                   std::atomic<bool>& hold) {
  ++count.begun;
  count.most = std::max<int>(count.most, ++count.alive);
  self->attach_functor([&] { --count.alive; });
  EXPECT_TRUE(eventually(patience, [&] { return !hold.load(); }));
  return {[](caf::get_atom) { return caf::unit; }};
}

struct member {
  explicit member(node_options options) {
    auto name = options.name;
    config.add_actor_type("teller", [=](caf::event_based_actor* self) {
      return teller(self, name);
    });
    config.add_actor_type("slow", [=, this](caf::event_based_actor* self) {
      return slow_teller(self, name, hold);
    });
    config.add_actor_type("late", [this](caf::event_based_actor* self) {
      return late(self, count, hold);
    });
    config.add_actor_type("brief",
                          [](caf::event_based_actor* self) { self->quit(); });
    config.threads(2);
    system.emplace(config);
    me.emplace(*system);
    auto x = troupe::node::open(*system, std::move(options));
    if (x)
      node.emplace(std::move(*x));
    else
      ADD_FAILURE() << describe(x.error());
  }

  std::string address(const std::string& host = "127.0.0.1") const {
    return host + ":" + std::to_string(node->port());
  }

  std::set<std::string> peers() {
    std::set<std::string> result;
    (*me)
        ->request(node->membership(), patience, members_atom_v)
        .receive(
            [&](const std::vector<node_event>& xs) {
              for (auto& x : xs)
                if (x.state == node_state::up)
                  result.insert(x.name);
            },
            [](const caf::error& e) { FAIL() << describe(e); });
    return result;
  }

  bool knows(const std::set<std::string>& names) {
    return eventually(patience, [&] { return peers() == names; });
  }

  std::atomic<bool> hold = false;
  head_count count;
  troupe::config config;
  std::optional<caf::actor_system> system;
  std::optional<caf::scoped_actor> me;
  std::optional<troupe::node> node;
};

using member_ptr = std::unique_ptr<member>;

member_ptr make_member(node_options options) {
  options.listen = "127.0.0.1:0";
  return std::make_unique<member>(std::move(options));
}

/// A supervisor with one child, and where that is.
struct supervised {
  supervised(member& where, starter start) : at(where) {
    supervisor = spawn(
        *at.system, troupe::supervisor,
        supervisor_spec{.children = {{.id = "x", .start = std::move(start)}}});
  }

  ~supervised() {
    caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
  }

  caf::error ready() {
    caf::error result;
    await_ready(at.me->ptr(), supervisor, patience)
        .receive([] {}, [&](caf::error& why) { result = std::move(why); });
    return result;
  }

  /// Waits for the supervisor's end.
  caf::error end() {
    caf::error result;
    (*at.me)->monitor(supervisor);
    (*at.me)->receive([&](const caf::down_msg& x) { result = x.reason; },
                      caf::after(patience) >>
                          [] { ADD_FAILURE() << "it goes on"; });
    return result;
  }

  caf::actor child() {
    caf::actor result;
    get_child(at.me->ptr(), supervisor, patience, "x")
        .receive([&](const caf::actor& x) { result = x; },
                 [](const caf::error&) {});
    return result;
  }

  /// Name of the node that it runs on, or the error's text.
  std::string place() {
    auto x = child();
    std::string result = "nowhere";
    if (x)
      (*at.me)
          ->request(x, patience, caf::get_atom_v)
          .receive([&](const std::string& name) { result = name; },
                   [&](const caf::error& why) { result = describe(why); });
    return result;
  }

  member& at;
  caf::actor supervisor;
};

} // namespace

TEST(Cluster, WhoeverJoinsOneMemberIsSoonLinkedToAll) {
  auto a = make_member({.name = "a"});
  auto b = make_member({.name = "b", .join = {a->address()}});
  auto c = make_member({.name = "c", .join = {b->address()}});
  // It cannot be dialled.
  auto d = std::make_unique<member>(
      node_options{.name = "d", .join = {a->address()}});
  auto e = make_member({.name = "e", .join = {c->address()}});
  EXPECT_TRUE(a->knows({"b", "c", "d", "e"}));
  EXPECT_TRUE(b->knows({"a", "c", "d", "e"}));
  EXPECT_TRUE(c->knows({"a", "b", "d", "e"}));
  EXPECT_TRUE(d->knows({"a", "b", "c", "e"}));
  EXPECT_TRUE(e->knows({"a", "b", "c", "d"}));
}

TEST(Cluster, ASeedMayComeLaterAndComeBack) {
  // Where nobody else listens while nobody of this test does.
  auto host = "127.1." + std::to_string(getpid() >> 8 & 255) + "."
              + std::to_string(getpid() & 255);
  auto a = std::make_unique<member>(
      node_options{.name = "a", .listen = host + ":0"});
  auto address = a->address(host);
  a.reset();
  auto b = make_member({.name = "b", .seeds = {address}});
  EXPECT_TRUE(b->peers().empty());
  for (int i = 0; i < 2; ++i) {
    a = std::make_unique<member>(
        node_options{.name = "a", .listen = address, .seeds = {address}});
    EXPECT_TRUE(b->knows({"a"}));
    EXPECT_TRUE(a->knows({"b"}));
    a.reset();
    EXPECT_TRUE(b->knows({}));
  }
}

TEST(Cluster, ASeedThatCannotBeJoinedIsToldWithTheReason) {
  auto a = make_member({.name = "same"});
  auto b = make_member({.name = "same", .seeds = {a->address()}});
  (*b->me)->send(b->node->membership(), watch_atom_v, caf::actor{*b->me});
  std::string reason;
  // The first event may come before the dial has ended.
  while (reason.empty() && !testing::Test::HasFailure())
    (*b->me)->receive(
        [&](const node_event& x) {
          EXPECT_EQ(x.state, node_state::joining);
          EXPECT_EQ(x.address, a->address());
          reason = x.reason;
        },
        caf::after(patience) >> [] { FAIL() << "no event"; });
  EXPECT_NE(reason.find("names must differ"), std::string::npos) << reason;
}

TEST(Cluster, ChildrenGoToTheLeastLoadedNodeWithTheRole) {
  auto a = make_member({.name = "a", .roles = {"lead"}});
  auto b = make_member(
      {.name = "b", .join = {a->address()}, .roles = {"crunch"}, .workers = 2});
  auto c = make_member(
      {.name = "c", .join = {a->address()}, .roles = {"store", "crunch"}});
  ASSERT_TRUE(a->knows({"b", "c"}));
  std::multiset<std::string> places;
  std::vector<std::unique_ptr<supervised>> trees;
  for (int i = 0; i < 6; ++i) {
    trees.push_back(std::make_unique<supervised>(
        *a, a->node->on_role("crunch", {.type = "teller"})));
    places.insert(trees.back()->place());
  }
  EXPECT_EQ(places, (std::multiset<std::string>{"b", "b", "b", "b", "c", "c"}));
}

TEST(Cluster, WorkMayStayOnTheNodeItself) {
  auto a = make_member({.name = "a"});
  supervised tree{*a, a->node->least_loaded({.type = "teller"})};
  EXPECT_EQ(tree.place(), "a");
}

TEST(Cluster, AStartWaitsForItsNode) {
  auto a = make_member({.name = "a"});
  supervised tree{*a, a->node->on("b", "teller")};
  auto b = make_member({.name = "b", .join = {a->address()}});
  EXPECT_FALSE(tree.ready());
  EXPECT_EQ(tree.place(), "b");
}

TEST(Cluster, AStartThatWaitsInVainFailsWithTheReason) {
  auto a = make_member({.name = "a"});
  supervised tree{
      *a, a->node->on_role("crunch", {.type = "teller", .patience = 50ms})};
  auto why = tree.end();
  EXPECT_EQ(why, errc::start_failed);
  EXPECT_NE(describe(why).find("no node with the role crunch is connected"),
            std::string::npos)
      << describe(why);
}

TEST(Cluster, AStartThatWaitsEndsWithItsNode) {
  auto a = make_member({.name = "a"});
  supervised tree{*a, a->node->on("b", "teller")};
  EXPECT_TRUE(a->peers().empty());
  a->node.reset();
  EXPECT_EQ(tree.end(), errc::start_failed);
}

TEST(Cluster, AChildThatEndsAtOnceIsNotStartedOverAndOver) {
  auto a = make_member({.name = "a", .workers = 0});
  auto b = make_member({.name = "b", .join = {a->address()}});
  supervised tree{*a, a->node->on("b", "brief")};
  EXPECT_EQ(tree.end(), errc::start_failed);
}

TEST(Cluster, AStartThatIsCalledOffEndsBeforeTheNextOneBegins) {
  auto b = make_member({.name = "b"});
  auto a = make_member({.name = "a", .join = {b->address()}});
  b->hold = true;
  auto order = [&](uint64_t generation) {
    return start_order{
        .place = {start_place::kind::named, "b"},
        .what = {.type = "late", .args = {}, .when_lost = node_loss::wait},
        .context = {.child = "x", .generation = generation}};
  };
  auto& me = *a->me;
  auto& membership = a->node->membership();
  auto first = me->request(membership, patience, order(1));
  ASSERT_TRUE(eventually(patience, [&] { return b->count.begun == 1; }));
  me->send(membership, start_recall{me->address(), "x", 1});
  auto second = me->request(membership, patience, order(2));
  EXPECT_EQ(a->peers(), std::set<std::string>{"b"});
  EXPECT_EQ(b->count.begun, 1);
  b->hold = false;
  first.receive(
      [](const caf::actor&) { FAIL() << "it was called off"; },
      [](const caf::error& e) { EXPECT_EQ(e, errc::child_not_running); });
  second.receive(
      [&](const caf::actor& x) {
        me->send_exit(x, caf::exit_reason::user_shutdown);
      },
      [](const caf::error& e) { FAIL() << describe(e); });
  EXPECT_EQ(b->count.begun, 2);
  EXPECT_EQ(b->count.most, 1);
}

namespace {

/// Keeps a handle for others.
caf::behavior keeper(caf::event_based_actor*) {
  auto kept = std::make_shared<caf::actor>();
  return {
      [=](const caf::actor& x) {
        *kept = x;
        return caf::unit;
      },
      [=](caf::get_atom) { return *kept; },
  };
}

/// An actor of `c` whose handle comes to `a` by way of an actor of `b`.
class passed_on {
public:
  passed_on(member& a, member& b, member& c)
      : keeper_(b.system->spawn(keeper)),
        there_(c.system->spawn(
            [](caf::event_based_actor* self) { return teller(self, "c"); })) {
    tell(b, b.node->directory(), register_atom_v, "keeper", keeper_);
    tell(c, found_by(c), there_);
    handle = ask(a, found_by(a), caf::get_atom_v);
  }

  ~passed_on() {
    caf::anon_send_exit(keeper_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(there_, caf::exit_reason::user_shutdown);
  }

  caf::actor handle;

private:
  static caf::actor found_by(member& x) {
    return ask(x, x.node->directory(), lookup_atom_v, "keeper@b");
  }

  template <class... Ts>
  static void tell(member& from, const caf::actor& whom, const Ts&... xs) {
    (*from.me)
        ->request(whom, patience, xs...)
        .receive([] {},
                 [](const caf::error& e) { ADD_FAILURE() << describe(e); });
  }

  template <class... Ts>
  static caf::actor ask(member& from, const caf::actor& whom, const Ts&... xs) {
    caf::actor result;
    (*from.me)
        ->request(whom, patience, xs...)
        .receive([&](const caf::actor& x) { result = x; },
                 [](const caf::error& e) { ADD_FAILURE() << describe(e); });
    return result;
  }

  caf::actor keeper_;
  caf::actor there_;
};

} // namespace

TEST(Cluster, AHandleOfANodeLeadsThereWhetherOrNotThereIsALinkYet) {
  auto b = make_member({.name = "b"});
  auto c = make_member({.name = "c", .join = {b->address()}});
  // Nobody waits until `a` is linked to `c`.
  auto a = make_member({.name = "a", .join = {b->address()}});
  passed_on x{*a, *b, *c};
  ASSERT_TRUE(x.handle);
  (*a->me)
      ->request(x.handle, patience, caf::get_atom_v)
      .receive([](const std::string& name) { EXPECT_EQ(name, "c"); },
               [](const caf::error& e) { FAIL() << describe(e); });
  EXPECT_TRUE(a->knows({"b", "c"}));
}

TEST(Cluster, AHandleOfANodeThatCannotBeReachedGoesDown) {
  auto b = make_member({.name = "b"});
  // Neither of the two can dial the other.
  auto c = std::make_unique<member>(
      node_options{.name = "c", .join = {b->address()}});
  auto a = std::make_unique<member>(node_options{
      .name = "a", .join = {b->address()}, .connect_timeout = 200ms});
  passed_on x{*a, *b, *c};
  ASSERT_TRUE(x.handle);
  (*a->me)
      ->request(x.handle, patience, caf::get_atom_v)
      .receive([](const std::string&) { FAIL() << "there is no way"; },
               [](const caf::error& e) { EXPECT_EQ(e, errc::link_lost); });
  EXPECT_EQ(a->peers(), std::set<std::string>{"b"});
}

TEST(Cluster, ASupervisorStopsWhileItsChildWaitsForANode) {
  auto a = make_member({.name = "a"});
  auto tree = std::make_unique<supervised>(
      *a, a->node->on("b", {.type = "teller", .when_lost = node_loss::wait}));
  (*a->me)->monitor(tree->supervisor);
  tree.reset();
  (*a->me)->receive([](const caf::down_msg&) {},
                    caf::after(10s) >> [] { FAIL() << "it goes on"; });
}

TEST(Cluster, AChildIsStartedElsewhereWhenItsNodeLeaves) {
  auto a = make_member({.name = "a", .workers = 0});
  auto b = make_member({.name = "b", .join = {a->address()}, .workers = 4});
  auto c = make_member({.name = "c", .join = {a->address()}});
  ASSERT_TRUE(a->knows({"b", "c"}));
  supervised tree{*a, a->node->on("b", remote_start{.type = "teller"})};
  auto handle = tree.child();
  EXPECT_EQ(tree.place(), "b");
  b->node.reset();
  EXPECT_TRUE(eventually(patience, [&] { return tree.place() == "c"; }));
  EXPECT_EQ(tree.child(), handle);
}

TEST(Cluster, AChildWaitsForItsNodeIfItIsToldTo) {
  auto a = make_member({.name = "a"});
  auto b = make_member({.name = "b", .join = {a->address()}});
  supervised tree{*a, a->node->on("b", "teller")};
  EXPECT_EQ(tree.place(), "b");
  b.reset();
  ASSERT_TRUE(a->knows({}));
  b = make_member({.name = "b", .join = {a->address()}});
  // The message waits in the handle.
  EXPECT_EQ(tree.place(), "b");
}

TEST(Cluster, AChildIsGivenUpIfItsSpecSaysSo) {
  auto a = make_member({.name = "a"});
  auto b = make_member({.name = "b", .join = {a->address()}});
  supervised tree{*a, a->node->on("b", {.type = "teller",
                                        .when_lost = node_loss::give_up})};
  EXPECT_EQ(tree.place(), "b");
  (*a->me)->monitor(tree.child());
  b.reset();
  (*a->me)->receive([](const caf::down_msg&) {},
                    caf::after(patience) >> [] { FAIL() << "no end"; });
  EXPECT_EQ(tree.place(), "nowhere");
}

TEST(Cluster, AFailureOfTheChildItselfIsNoReasonToMove) {
  auto a = make_member({.name = "a"});
  auto b = make_member({.name = "b", .join = {a->address()}});
  supervised tree{*a, a->node->on("b", {.type = "teller",
                                        .when_lost = node_loss::give_up})};
  EXPECT_EQ(tree.place(), "b");
  caf::anon_send(tree.child(), caf::put_atom_v);
  EXPECT_TRUE(eventually(patience, [&] { return tree.place() == "b"; }));
}

TEST(Cluster, DrainLetsTheMailboxRunEmptyAndMovesTheChildren) {
  auto a = make_member({.name = "a", .workers = 0});
  auto b = make_member({.name = "b", .join = {a->address()}, .workers = 9});
  auto c = make_member({.name = "c", .join = {a->address()}});
  ASSERT_TRUE(a->knows({"b", "c"}));
  ASSERT_TRUE(b->knows({"a", "c"}));
  supervised tree{*a, a->node->least_loaded({.type = "slow"})};
  ASSERT_EQ(tree.place(), "b");
  supervised other{*a, a->node->on("b", "teller")};
  b->hold = true;
  auto child = tree.child();
  auto marker = other.child();
  auto sent = std::make_shared<std::atomic<bool>>(false);
  auto done = std::make_shared<std::atomic<int>>(0);
  a->system->spawn([=](caf::event_based_actor* self) {
    for (int i = 0; i < 10; ++i)
      self->request(child, caf::infinite, caf::get_atom_v)
          .then([=](const std::string& name) {
            if (name == "b")
              ++*done;
          });
    // Comes after them on the same link.
    self->request(marker, caf::infinite, caf::get_atom_v)
        .then([=](const std::string&) { *sent = true; });
  });
  ASSERT_TRUE(eventually(patience, [&] { return sent->load(); }));
  EXPECT_EQ(b->node->drain(50ms), caf::sec::request_timeout);
  ASSERT_TRUE(a->knows({"c"})) << "a node that is leaving is not up";
  b->hold = false;
  EXPECT_FALSE(b->node->drain(patience));
  EXPECT_TRUE(eventually(patience, [&] { return *done == 10; })) << *done;
  // A request that comes just as it ends is answered with an error.
  EXPECT_TRUE(eventually(patience, [&] { return tree.place() == "c"; }));
}

TEST(Cluster, ANodeThatIsLeavingTakesNothingNew) {
  auto a = make_member({.name = "a"});
  auto b = make_member({.name = "b", .join = {a->address()}});
  EXPECT_FALSE(b->node->drain(patience));
  supervised tree{*b, b->node->on("b", {.type = "teller",
                                        .when_lost = node_loss::wait,
                                        .patience = 20ms})};
  EXPECT_EQ(tree.end(), errc::start_failed);
}

} // namespace troupe
