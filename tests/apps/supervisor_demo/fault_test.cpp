// SPDX-License-Identifier: Apache-2.0

#include "fault.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

namespace demo {

namespace {

const std::vector<std::string> targets{"a-1", "b-2"};

caf::expected<schedule> parse(std::string_view text) {
  return parse_schedule(text, 100, targets);
}

TEST(FaultSchedule, IsReadLineByLineAndSortedByTime) {
  auto x =
      parse("# a comment\n\n70 storm b-2\r\n  0\tthrow   a-1\n75 stuck a-1");
  ASSERT_TRUE(x) << troupe::describe(x.error());
  schedule expected{{0, fault_kind::throws, "a-1"},
                    {70, fault_kind::storm, "b-2"},
                    {75, fault_kind::stuck, "a-1"}};
  EXPECT_EQ(*x, expected);
}

TEST(FaultSchedule, MayBeEmpty) {
  auto x = parse("");
  ASSERT_TRUE(x);
  EXPECT_TRUE(x->empty());
}

struct wrong_line {
  std::string name;
  std::string text;
  std::string message;
};

class WrongFaultLine : public testing::TestWithParam<wrong_line> {};

TEST_P(WrongFaultLine, IsNamedWithNumberValueAndRange) {
  auto x = parse("1 quit a-1\n" + GetParam().text);
  ASSERT_FALSE(x);
  EXPECT_EQ(x.error(), troupe::errc::bad_input);
  EXPECT_EQ(troupe::describe(x.error()), "line 2: " + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    , WrongFaultLine,
    testing::Values(
        wrong_line{"TooFewWords", "5 throw",
                   "must be AFTER KIND TARGET, such as: 120 throw count-2"},
        wrong_line{"TooManyWords", "5 throw a-1 now",
                   "must be AFTER KIND TARGET, such as: 120 throw count-2"},
        wrong_line{"NoNumber", "x throw a-1",
                   "AFTER is \"x\", must be 0 to 75"},
        wrong_line{"TooLate", "76 throw a-1",
                   "AFTER is \"76\", must be 0 to 75"},
        wrong_line{"UnknownKind", "5 explode a-1",
                   "KIND is \"explode\", must be throw, quit, stuck, poison "
                   "or storm"},
        wrong_line{"UnknownTarget", "5 throw c-\x1b",
                   "TARGET is \"c-?\", must be one of a-1, b-2"}),
    [](auto& x) { return x.param.name; });

TEST(FaultSchedule, OfASeedIsAlwaysTheSame) {
  auto x = random_schedule(7, 600, targets);
  EXPECT_EQ(x, random_schedule(7, 600, targets));
  EXPECT_NE(x, random_schedule(8, 600, targets));
}

TEST(FaultSchedule, OfASeedHasEachKindAndLeavesTheLastQuarterAlone) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    auto xs = random_schedule(seed, 600, targets);
    for (auto kind : all_fault_kinds)
      EXPECT_EQ(std::count_if(xs.begin(), xs.end(),
                              [&](auto& x) { return x.kind == kind; }),
                2);
    EXPECT_LE(xs.back().after, 450u);
  }
}

} // namespace

} // namespace demo
