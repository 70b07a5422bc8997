// SPDX-License-Identifier: Apache-2.0

#include "remote/placement.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace troupe {

namespace {

using kind = placement_decision::kind;
using mode = placement_request::mode;
using where = start_place::kind;

const std::vector<candidate> all_up{
    {"a", node_state::up, {"crunch"}, 2, 1},
    {"b", node_state::up, {"crunch", "store"}, 4, 1},
    {"c", node_state::up, {"store"}, 1, 0},
    {"idle", node_state::up, {}, 0, 0},
};

std::vector<candidate> but(const std::string& name, node_state state) {
  auto result = all_up;
  for (auto& x : result)
    if (x.name == name)
      x.state = state;
  return result;
}

std::vector<candidate> without(const std::string& name) {
  auto result = all_up;
  std::erase_if(result, [&](auto& x) { return x.name == name; });
  return result;
}

struct placement_case {
  std::string name;
  placement_request request;
  std::vector<candidate> candidates;
  placement_decision expected;
};

std::ostream& operator<<(std::ostream& out, const placement_case& x) {
  return out << x.name;
}

class Placement : public testing::TestWithParam<placement_case> {};

TEST_P(Placement, Decides) {
  auto& [name, request, candidates, expected] = GetParam();
  auto decision = place(request, candidates);
  EXPECT_EQ(decision.node, expected.node);
  EXPECT_EQ(decision.what, expected.what);
}

placement_request named(const std::string& x, node_loss loss,
                        std::optional<former_incarnation> former = {}) {
  return {{where::named, x}, loss, mode::patient, std::move(former)};
}

placement_request role(const std::string& x, node_loss loss,
                       std::optional<former_incarnation> former = {}) {
  return {{where::role, x}, loss, mode::patient, std::move(former)};
}

placement_request any(node_loss loss,
                      std::optional<former_incarnation> former = {}) {
  return {{where::any, {}}, loss, mode::patient, std::move(former)};
}

placement_request at_once(placement_request x) {
  x.how = mode::at_once;
  return x;
}

const former_incarnation on_a{"a", true};
const former_incarnation maybe_on_a{"a", false};

constexpr auto wait = node_loss::wait;
constexpr auto elsewhere = node_loss::elsewhere;
constexpr auto give_up = node_loss::give_up;

const placement_case cases[] = {
    // The named node.
    {"NamedAndThere", named("a", wait), all_up, {kind::start, "a"}},
    {"NamedWithoutWorkersIsAsGood",
     named("idle", wait),
     all_up,
     {kind::start, "idle"}},
    {"NamedAndNotThereIsAwaited", named("a", wait), without("a"), {kind::wait}},
    {"NamedAndNotThereFailsForThoseWhoDoNotWait",
     at_once(named("a", wait)),
     without("a"),
     {kind::refuse}},
    {"NamedAndSuspectedIsAwaited",
     named("a", wait),
     but("a", node_state::suspected),
     {kind::wait}},
    {"NamedAndLeavingIsAwaited",
     named("a", wait),
     but("a", node_state::leaving),
     {kind::wait}},
    {"NamedAndNotThereButElsewhereWillDo",
     named("a", elsewhere),
     without("a"),
     {kind::start, "c"}},
    {"NamedIsPreferredElsewhereOrNot",
     named("b", elsewhere),
     all_up,
     {kind::start, "b"}},
    {"NamedAndNotThereAtFirstIsAwaitedAlsoByThoseWhoGiveUpLater",
     named("a", give_up),
     without("a"),
     {kind::wait}},
    // Load.
    {"LeastLoadedPerWorker", any(elsewhere), all_up, {kind::start, "c"}},
    {"LeastLoadedWithTheRole",
     role("crunch", elsewhere),
     all_up,
     {kind::start, "b"}},
    {"EqualLoadGoesByName",
     any(elsewhere),
     {{"y", node_state::up, {}, 2, 2}, {"x", node_state::up, {}, 1, 1}},
     {kind::start, "x"}},
    {"NobodyHasTheRole", role("paint", elsewhere), all_up, {kind::wait}},
    {"NobodyHasTheRoleForThoseWhoDoNotWait",
     at_once(role("paint", elsewhere)),
     all_up,
     {kind::refuse}},
    {"NobodyIsThere", any(elsewhere), {}, {kind::wait}},
    // After a loss.
    {"ElsewhereOnceTheFormerIsOver",
     role("crunch", elsewhere, on_a),
     without("a"),
     {kind::start, "b"}},
    {"NowhereBeforeTheFormerIsOver",
     role("crunch", elsewhere, maybe_on_a),
     without("a"),
     {kind::wait}},
    {"NotEvenOnTheNodeThatIsBackBeforeTheFormerIsOver",
     named("a", wait, maybe_on_a),
     all_up,
     {kind::wait}},
    {"WaitingMeansForTheNodeThatItRanOn",
     role("crunch", wait, on_a),
     without("a"),
     {kind::wait}},
    {"AndThereItIsStarted",
     role("crunch", wait, on_a),
     all_up,
     {kind::start, "a"}},
    {"LeastLoadedWaitsForItsNode", any(wait, on_a), without("a"), {kind::wait}},
    {"GivenUp", any(give_up, on_a), all_up, {kind::give_up}},
    {"GivenUpEvenIfItMayStillRun",
     any(give_up, maybe_on_a),
     all_up,
     {kind::give_up}},
};

INSTANTIATE_TEST_SUITE_P(All, Placement, testing::ValuesIn(cases),
                         [](auto& x) { return x.param.name; });

} // namespace

} // namespace troupe
