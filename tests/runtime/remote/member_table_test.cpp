// SPDX-License-Identifier: Apache-2.0

#include "remote/member_table.hpp"

#include <functional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe {

namespace {

using namespace std::chrono_literals;

using clock = std::chrono::steady_clock;

constexpr auto start = clock::time_point{} + 1h;

caf::node_id id_of(uint32_t number) {
  caf::node_id::default_data::host_id_type host;
  host.fill(1);
  return caf::make_node_id(number, host);
}

/// A node that is linked. The number is that of its start.
node_event node(const std::string& name, uint32_t number,
                const std::string& address) {
  return {.name = name, .id = id_of(number), .workers = 1, .address = address};
}

/// A table that is told things, and what comes of them in short.
struct driver {
  member_table table{{"me", id_of(99), "me:1"},
                     {.reconnect = {.first = 100ms, .cap = 1s},
                      .forget_after = 1min,
                      .max_dials = 2}};
  clock::time_point now = start;

  void seed(const std::string& address) {
    table.seed(address, now);
  }

  void up(const std::string& name, uint32_t number,
          const std::string& address = {}) {
    table.up(node(name, number, address), now);
  }

  void lost(uint32_t number) {
    table.lost(id_of(number), "silence", now);
  }

  void left(uint32_t number) {
    table.left(id_of(number), now);
  }

  /// The longest delay is picked each time.
  void dialed(const std::string& address, dial_outcome how,
              const std::string& why = {}) {
    table.dial_ended(address, how, why, now, 1.0);
  }

  void learned(const std::string& name, uint32_t number,
               const std::string& address) {
    table.learned({{name, id_of(number), address}}, now);
  }

  void advance(caf::timespan x) {
    now += std::chrono::duration_cast<clock::duration>(x);
    table.tick(now);
  }

  std::vector<std::string> drain() {
    std::vector<std::string> result;
    while (auto action = table.next())
      result.push_back(std::visit([](auto& x) { return text(x); }, *action));
    return result;
  }

  static std::string number_of(const caf::node_id& x) {
    for (uint32_t i = 0; i < 100; ++i)
      if (id_of(i) == x)
        return std::to_string(i);
    return "?";
  }

  static std::string text(const dial_node& x) {
    return "dial " + x.address;
  }

  static std::string text(const tell_watchers& x) {
    auto& e = x.event;
    return fmt::format("{} {}{}", e.name.empty() ? e.address : e.name,
                       to_string(e.state),
                       e.reason.empty() ? "" : ": " + e.reason);
  }

  static std::string text(const introduce_nodes& x) {
    std::string result = "tell " + number_of(x.to) + " of";
    for (auto& y : x.others)
      result += " " + y.name + "@" + y.address;
    return result;
  }

  static std::string text(const refuse_node& x) {
    return "refuse " + number_of(x.id);
  }

  static std::string text(const node_settled& x) {
    return "settled " + number_of(x.id);
  }
};

using strings = std::vector<std::string>;

struct step {
  std::string what;
  std::function<void(driver&)> act;
  strings expected;
};

struct table_case {
  std::string name;
  std::vector<step> steps;
};

std::ostream& operator<<(std::ostream& out, const table_case& x) {
  return out << x.name;
}

class MemberTable : public testing::TestWithParam<table_case> {};

TEST_P(MemberTable, Decides) {
  driver x;
  for (auto& [what, act, expected] : GetParam().steps) {
    SCOPED_TRACE(what);
    act(x);
    EXPECT_EQ(x.drain(), expected);
  }
}

constexpr auto linked = dial_outcome::linked;
constexpr auto refused = dial_outcome::refused;
constexpr auto failed = dial_outcome::failed;

const table_case cases[] = {
    {"ASeedIsDialledAndCountsAsJoiningUntilItIsUp",
     {{"seed", [](driver& x) { x.seed("a:1"); }, {"a:1 joining", "dial a:1"}},
      {"link", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"dial ends", [](driver& x) { x.dialed("a:1", linked); }, {}},
      {"later", [](driver& x) { x.advance(1h); }, {}}}},
    {"ASeedThatIsThisNodeItselfIsNotDialled",
     {{"seed", [](driver& x) { x.seed("me:1"); }, {}}}},
    {"ASeedIsDialledWithGrowingDelaysForEver",
     {{"seed", [](driver& x) { x.seed("a:1"); }, {"a:1 joining", "dial a:1"}},
      {"no answer",
       [](driver& x) { x.dialed("a:1", failed, "no answer"); },
       {"a:1 joining: no answer"}},
      {"99 ms", [](driver& x) { x.advance(99ms); }, {}},
      {"100 ms", [](driver& x) { x.advance(1ms); }, {"dial a:1"}},
      {"again", [](driver& x) { x.dialed("a:1", failed, "no answer"); }, {}},
      {"199 ms", [](driver& x) { x.advance(199ms); }, {}},
      {"200 ms", [](driver& x) { x.advance(1ms); }, {"dial a:1"}},
      {"refused",
       [](driver& x) { x.dialed("a:1", refused, "nobody"); },
       {"a:1 joining: nobody"}},
      {"much later", [](driver& x) { x.advance(1h); }, {"dial a:1"}}}},
    {"ASeedByAnotherNameIsReachedOnceTheDialSaysSo",
     {{"seed",
       [](driver& x) { x.seed("alias:1"); },
       {"alias:1 joining", "dial alias:1"}},
      {"link", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"dial ends", [](driver& x) { x.dialed("alias:1", linked); }, {}},
      {"later", [](driver& x) { x.advance(1h); }, {}},
      {"left",
       [](driver& x) { x.left(1); },
       {"a left", "settled 1", "dial alias:1"}}}},
    {"AnUnexpectedNodeIsWelcomeAndIntroduced",
     {{"a", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"b",
       [](driver& x) { x.up("b", 2, "b:1"); },
       {"b up", "tell 2 of a@a:1"}},
      {"c",
       [](driver& x) { x.up("c", 3, "c:1"); },
       {"c up", "tell 3 of a@a:1 b@b:1"}}}},
    {"ANodeThatCannotBeDialledIsToldOfNewcomers",
     {{"a", [](driver& x) { x.up("a", 1); }, {"a up"}},
      {"b",
       [](driver& x) { x.up("b", 2, "b:1"); },
       {"b up", "tell 1 of b@b:1"}},
      {"c", [](driver& x) { x.up("c", 3); }, {"c up", "tell 3 of b@b:1"}}}},
    {"WhoeverIsToldOfADialsIt",
     {{"told",
       [](driver& x) { x.learned("a", 1, "a:1"); },
       {"a joining", "dial a:1"}},
      {"told again", [](driver& x) { x.learned("a", 1, "a:1"); }, {}},
      {"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"dial ends", [](driver& x) { x.dialed("a:1", linked); }, {}},
      {"told once more", [](driver& x) { x.learned("a", 1, "a:1"); }, {}}}},
    {"NobodyDialsItselfOrWhoHasNoAddress",
     {{"own name", [](driver& x) { x.learned("me", 5, "x:1"); }, {}},
      {"own address", [](driver& x) { x.learned("x", 5, "me:1"); }, {}},
      {"no address", [](driver& x) { x.learned("x", 5, ""); }, {}}}},
    {"ALostNodeIsDialledAtOnceAndIsGoneWhenNobodyListens",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence", "dial a:1"}},
      {"refused", [](driver& x) { x.dialed("a:1", refused); }, {"settled 1"}},
      {"later", [](driver& x) { x.advance(100ms); }, {"dial a:1"}},
      {"refused", [](driver& x) { x.dialed("a:1", refused); }, {}}}},
    {"ALostNodeThatDoesNotAnswerIsNotGone",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence", "dial a:1"}},
      {"no answer", [](driver& x) { x.dialed("a:1", failed, "x"); }, {}}}},
    {"ALostNodeThatIsBackHasEndedWhatItWasLent",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence", "dial a:1"}},
      {"back", [](driver& x) { x.up("a", 1, "a:1"); }, {"settled 1", "a up"}},
      {"dial ends", [](driver& x) { x.dialed("a:1", linked); }, {}},
      {"later", [](driver& x) { x.advance(1h); }, {}}}},
    {"AnotherProcessAtItsAddressShowsThatTheLostOneIsGone",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence", "dial a:1"}},
      {"new", [](driver& x) { x.up("a", 2, "a:1"); }, {"settled 1", "a up"}}}},
    {"AnotherProcessOfItsNameElsewhereShowsNothing",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence", "dial a:1"}},
      {"new", [](driver& x) { x.up("a", 2, "b:1"); }, {"a up"}}}},
    {"ALostNodeIsForgottenInTheEnd",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence", "dial a:1"}},
      {"no answer", [](driver& x) { x.dialed("a:1", failed, "x"); }, {}},
      {"59 s", [](driver& x) { x.advance(59s); }, {"dial a:1"}},
      {"no answer", [](driver& x) { x.dialed("a:1", failed, "x"); }, {}},
      {"1 min", [](driver& x) { x.advance(1s); }, {}},
      {"1 h",
       [](driver& x) {
         x.advance(1h);
         EXPECT_EQ(x.table.find("a"), nullptr);
         EXPECT_FALSE(x.table.next_deadline());
       },
       {}}}},
    {"ALostNodeWithoutAnAddressIsAwaited",
     {{"up", [](driver& x) { x.up("a", 1); }, {"a up"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence"}},
      {"back", [](driver& x) { x.up("a", 1); }, {"settled 1", "a up"}}}},
    {"ANodeThatSomebodyWaitsForIsDialledWithoutFurtherDelay",
     {{"told",
       [](driver& x) { x.learned("a", 1, "a:1"); },
       {"a joining", "dial a:1"}},
      {"wanted", [](driver& x) { x.table.wanted(id_of(1), x.now); }, {}},
      {"failed",
       [](driver& x) { x.dialed("a:1", failed, "no"); },
       {"a joining: no"}},
      {"another", [](driver& x) { x.table.wanted(id_of(2), x.now); }, {}},
      {"wanted",
       [](driver& x) { x.table.wanted(id_of(1), x.now); },
       {"dial a:1"}},
      {"linked", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"dial ends", [](driver& x) { x.dialed("a:1", linked); }, {}},
      {"wanted", [](driver& x) { x.table.wanted(id_of(1), x.now); }, {}}}},
    {"ANodeThatLeftIsNotDialledUnlessItIsASeed",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"left", [](driver& x) { x.left(1); }, {"a left", "settled 1"}},
      {"later", [](driver& x) { x.advance(1h); }, {}},
      {"seed", [](driver& x) { x.seed("b:1"); }, {"b:1 joining", "dial b:1"}},
      {"up", [](driver& x) { x.up("b", 2, "b:1"); }, {"b up"}},
      {"dial ends", [](driver& x) { x.dialed("b:1", linked); }, {}},
      {"left",
       [](driver& x) { x.left(2); },
       {"b left", "settled 2", "dial b:1"}}}},
    {"SuspicionIsToldAndTakenBack",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"silent",
       [](driver& x) { x.table.suspected(id_of(1), "2 s"); },
       {"a suspected: 2 s"}},
      {"still", [](driver& x) { x.table.suspected(id_of(1), "3 s"); }, {}},
      {"heard", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"twice", [](driver& x) { x.up("a", 1, "a:1"); }, {}}}},
    {"ASuspectMayBeLost",
     {{"up", [](driver& x) { x.up("a", 1); }, {"a up"}},
      {"silent",
       [](driver& x) { x.table.suspected(id_of(1), "2 s"); },
       {"a suspected: 2 s"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence"}}}},
    {"ARefusalAfterASilenceProvesNothing",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"silent",
       [](driver& x) { x.table.suspected(id_of(1), "2 s"); },
       {"a suspected: 2 s"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence", "dial a:1"}},
      {"refused", [](driver& x) { x.dialed("a:1", refused, "x"); }, {}}}},
    {"LeavingIsToldOnceAndNoSuspicionChangesIt",
     {{"up", [](driver& x) { x.up("a", 1); }, {"a up"}},
      {"leaving", [](driver& x) { x.table.leaving(id_of(1)); }, {"a leaving"}},
      {"again", [](driver& x) { x.table.leaving(id_of(1)); }, {}},
      {"silent", [](driver& x) { x.table.suspected(id_of(1), "2 s"); }, {}},
      {"left", [](driver& x) { x.left(1); }, {"a left", "settled 1"}}}},
    {"ReportsOfAFormerProcessAreIgnored",
     {{"up", [](driver& x) { x.up("a", 1, "a:1"); }, {"a up"}},
      {"lost", [](driver& x) { x.lost(1); }, {"a lost: silence", "dial a:1"}},
      {"new", [](driver& x) { x.up("a", 2, "a:1"); }, {"settled 1", "a up"}},
      {"old", [](driver& x) { x.lost(1); }, {}},
      {"old", [](driver& x) { x.left(1); }, {}}}},
    {"DialsAreLimited",
     {{"two",
       [](driver& x) {
         x.seed("a:1");
         x.seed("b:1");
         x.seed("c:1");
       },
       {"a:1 joining", "dial a:1", "b:1 joining", "dial b:1", "c:1 joining"}},
      {"one ends",
       [](driver& x) { x.dialed("a:1", failed, "x"); },
       {"a:1 joining: x", "dial c:1"}}}},
};

INSTANTIATE_TEST_SUITE_P(All, MemberTable, testing::ValuesIn(cases),
                         [](auto& x) { return x.param.name; });

} // namespace

TEST(MemberTableReach, NobodyLeadsANodeOffItsHostThatIsToStayThere) {
  member_table table{{"me", id_of(99), "127.0.0.1:1"},
                     {.reach = dial_reach::loopback}};
  table.learned({{"a", id_of(1), "10.0.0.1:4000"}}, start);
  EXPECT_FALSE(table.next());
  table.up(node("b", 2, "10.0.0.2:4000"), start);
  table.lost(id_of(2), "silence", start);
  while (auto action = table.next())
    EXPECT_FALSE(std::holds_alternative<dial_node>(*action));
  table.learned({{"c", id_of(3), "127.0.0.1:2"}}, start);
  EXPECT_TRUE(table.next());
}

TEST(MemberTableDeadline, IsThatOfTheNextDial) {
  driver x;
  EXPECT_FALSE(x.table.next_deadline());
  x.seed("a:1");
  EXPECT_FALSE(x.table.next_deadline());
  x.dialed("a:1", failed, "x");
  EXPECT_EQ(x.table.next_deadline(), start + 100ms);
}

TEST(MemberTableDelay, IsNeverZero) {
  driver x;
  x.seed("a:1");
  x.table.dial_ended("a:1", failed, "x", x.now, 0.0);
  EXPECT_EQ(x.table.next_deadline(), start + 20ms);
}

TEST(CrowdedMemberTable, RefusesFurtherNodesAndSaysSo) {
  driver x;
  x.table = member_table{{"me", id_of(99), "me:1"}, {.max_members = 2}};
  x.up("a", 1);
  x.up("b", 2);
  x.drain();
  x.up("c", 3);
  EXPECT_EQ(x.drain(), (strings{"refuse 3", "c joining: node me knows 2 others,"
                                            " as many as it may"}));
  EXPECT_EQ(x.table.find("c"), nullptr);
}

TEST(CrowdedMemberTable, ForgetsALostNodeForANewOne) {
  driver x;
  x.table = member_table{{"me", id_of(99), "me:1"}, {.max_members = 2}};
  x.up("a", 1);
  x.up("b", 2);
  x.lost(1);
  x.drain();
  x.up("c", 3);
  EXPECT_EQ(x.drain(), strings{"c up"});
  EXPECT_EQ(x.table.find("a"), nullptr);
}

TEST(CrowdedMemberTable, TellsWhichAddressesItDoesNotDial) {
  driver x;
  x.table = member_table{{"me", id_of(99), "me:1"}, {.max_members = 1}};
  x.seed("a:1");
  x.drain();
  x.seed("b:1");
  EXPECT_EQ(x.drain(), strings{"b:1 joining: node me knows 1 others, as many "
                               "as it may"});
}

} // namespace troupe
