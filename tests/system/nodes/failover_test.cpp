// SPDX-License-Identifier: Apache-2.0

// What becomes of children on other hosts when these fail in all ways that
// hosts and networks have.

#include <csignal>
#include <set>

#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "system/nodes/pasture.hpp"

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using side = net_namespaces::side;

constexpr size_t flock = 4;

auto on(const std::string& name) {
  return [=](const std::string& x) { return x == name; };
}

bool anywhere(const std::string&) {
  return true;
}

/// `a` has children on `b` and `c`, which is on the side of `a`.
struct Failover : testing::Test {
  void SetUp() override {
    if (auto reason = net_namespaces::unavailable())
      GTEST_SKIP() << *reason;
  }

  /// Starts the nodes and waits until both have children.
  void begin(detection how = {}) {
    fields.emplace(how);
    auto seed = pasture::address("a", side::left);
    b.emplace(fields->start("b", side::right, 0, {seed}));
    c.emplace(fields->start("c", side::left, 0, {seed}));
    a.emplace(fields->start("a", side::left, flock, {}));
    ASSERT_TRUE(time_of(*a, "node b up"));
    ASSERT_TRUE(time_of(*a, "node c up"));
    ASSERT_TRUE(fields->await_places(0, flock, anywhere));
    std::set<std::string> where;
    for (auto& [child, node] : fields->places(0))
      where.insert(node);
    ASSERT_EQ(where, (std::set<std::string>{"b", "c"}));
  }

  std::optional<pasture> fields;
  std::optional<process> a;
  std::optional<process> b;
  std::optional<process> c;
};

} // namespace

TEST_F(Failover, AKilledNodeIsKnownAndReplacedAtOnce) {
  ASSERT_NO_FATAL_FAILURE(begin());
  auto killed = now_ms();
  b->signal(SIGKILL);
  auto lost = time_of(*a, "node b lost");
  ASSERT_TRUE(lost);
  ASSERT_TRUE(fields->await_places(killed, flock, on("c")));
  int64_t last_start = killed;
  std::map<std::string, int64_t> first;
  for (auto& x : fields->ticks())
    if (x.time > killed && x.node == "c"
        && first.emplace(x.child, x.time).second)
      last_start = std::max(last_start, x.time);
  RecordProperty("known_ms", static_cast<int>(*lost - killed));
  RecordProperty("replaced_ms", static_cast<int>(last_start - killed));
  EXPECT_LE(*lost - killed, 100);
  EXPECT_LE(last_start - killed, 500);
  fields->expect_no_child_twice();
}

TEST_F(Failover, AStoppedNodeIsSuspectedThenLostAndComesBack) {
  ASSERT_NO_FATAL_FAILURE(begin());
  auto stopped = now_ms();
  b->signal(SIGSTOP);
  auto suspected = time_of(*a, "node b suspected");
  auto lost = time_of(*a, "node b lost");
  ASSERT_TRUE(suspected && lost);
  EXPECT_LT(*suspected, *lost);
  EXPECT_LE(*lost - stopped, 1'000 + 1'000);
  ASSERT_TRUE(fields->await_places(*lost, flock, on("c")));
  auto going_on = now_ms();
  b->signal(SIGCONT);
  ASSERT_TRUE(eventually(patience, [&] {
    auto out = a->out();
    return out.rfind("node b up") > out.rfind("node b lost");
  })) << a->out();
  // It has ended what it was lent.
  ASSERT_TRUE(eventually(patience, [&] {
    auto found = fields->places(now_ms() - 100);
    return found.size() == flock
           && std::all_of(found.begin(), found.end(),
                          [](auto& x) { return x.second == "c"; });
  }));
  EXPECT_LT(going_on, now_ms());
}

TEST_F(Failover, AShortBreakOfTheNetworkChangesNothing) {
  ASSERT_NO_FATAL_FAILURE(begin({.suspect = 500ms, .lost = 10s, .lease = 20s}));
  auto before = fields->places(0);
  fields->net().unplug();
  ASSERT_TRUE(time_of(*a, "node b suspected"));
  fields->net().plug();
  ASSERT_TRUE(eventually(patience, [&] {
    auto out = a->out();
    return out.rfind("node b up") > out.rfind("node b suspected");
  })) << a->out();
  auto after = now_ms();
  ASSERT_TRUE(fields->await_places(after, flock, anywhere));
  EXPECT_EQ(fields->places(after), before);
  EXPECT_EQ(a->out().find("lost"), std::string::npos) << a->out();
  fields->expect_no_child_twice();
}

TEST_F(Failover, ALongBreakMovesTheChildrenAndNoneRunsTwice) {
  ASSERT_NO_FATAL_FAILURE(begin());
  fields->net().unplug();
  auto lost = time_of(*a, "node b lost");
  ASSERT_TRUE(lost);
  ASSERT_TRUE(fields->await_places(*lost, flock, on("c")));
  fields->net().plug();
  ASSERT_TRUE(eventually(patience, [&] {
    auto out = a->out();
    return out.rfind("node b up") > out.rfind("node b lost");
  })) << a->out();
  auto healed = now_ms();
  ASSERT_TRUE(fields->await_places(healed, flock, on("c")));
  fields->expect_no_child_twice();
}

TEST_F(Failover, ANodeThatIsStartedAgainUnderItsNameIsTakenBack) {
  ASSERT_NO_FATAL_FAILURE(begin());
  b->signal(SIGKILL);
  ASSERT_TRUE(time_of(*a, "node b lost"));
  auto seed = pasture::address("a", side::left);
  b.emplace(fields->start("b", side::right, 0, {seed}));
  ASSERT_TRUE(eventually(patience, [&] {
    auto out = a->out();
    return out.rfind("node b up") > out.rfind("node b lost");
  })) << a->out();
  // Now it is the only one.
  auto killed = now_ms();
  c->signal(SIGKILL);
  ASSERT_TRUE(fields->await_places(killed, flock, on("b")));
  fields->expect_no_child_twice();
}

TEST_F(Failover, ANodeThatIsStartedAgainBeforeItsEndWasNoticedIsTakenBack) {
  ASSERT_NO_FATAL_FAILURE(begin({.lost = 30s, .lease = 60s}));
  fields->net().unplug();
  // Nobody hears of it.
  b->signal(SIGKILL);
  ASSERT_TRUE(b->wait(patience));
  fields->net().plug();
  auto seed = pasture::address("a", side::left);
  b.emplace(fields->start("b", side::right, 0, {seed}));
  ASSERT_TRUE(eventually(patience, [&] {
    auto out = a->out();
    return out.rfind("node b up") > out.rfind("node b lost")
           && out.find("node b lost") != out.npos;
  })) << a->out();
  auto back = now_ms();
  ASSERT_TRUE(fields->await_places(back, flock, anywhere));
  fields->expect_no_child_twice();
}

TEST_F(Failover, ANodeWhoseHostIsSilentHoldsUpNoOther) {
  ASSERT_NO_FATAL_FAILURE(begin());
  // Addresses of hosts that are not there.
  auto d = fields->start("d", side::left, 0,
                         {"192.0.2.77:4000", "192.0.2.78:4000",
                          pasture::address("a", side::left)});
  auto begun = now_ms();
  auto up = time_of(d, "node a up");
  ASSERT_TRUE(up);
  EXPECT_LT(*up - begun, 1'000);
}

} // namespace troupe::test
