// SPDX-License-Identifier: Apache-2.0

#include "point_table.hpp"

#include <string>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

namespace kmeans {

namespace {

std::string problem_of(const std::string& text) {
  auto x = parse_points(text);
  return x ? "was accepted" : troupe::describe(x.error());
}

} // namespace

TEST(PointTable, ReadsNumbersInRows) {
  auto x = parse_points("1,2.5\r\n\n -3 , 4e2\n5,6");
  ASSERT_TRUE(x) << troupe::describe(x.error());
  EXPECT_EQ(x->dims, 2u);
  EXPECT_EQ(x->size(), 3u);
  EXPECT_EQ(x->numbers, (std::vector<float>{1, 2.5, -3, 400, 5, 6}));
}

TEST(PointTable, NamesLineValueAndWhatIsAllowed) {
  EXPECT_EQ(problem_of("1,2\n1,x\n"),
            "line 2: \"x\" is no number from -1e15 to 1e15");
  EXPECT_EQ(problem_of("1,\n"), "line 1: \"\" is no number from -1e15 to 1e15");
  EXPECT_EQ(problem_of("nan"), "line 1: \"nan\" is no number from -1e15 to "
                               "1e15");
  EXPECT_EQ(problem_of("1e16"), "line 1: \"1e16\" is no number from -1e15 to "
                                "1e15");
  EXPECT_EQ(problem_of("1,2\n\n1,2,3\n"),
            "line 3: 3 numbers, must be 2 as on the first line");
  EXPECT_EQ(problem_of(std::string(5'000, ',')),
            "line 1: 5001 numbers, must be 1 to 4096");
  EXPECT_EQ(problem_of("\n\n"), "holds no point");
}

TEST(PointTable, SamplesAreSpreadEvenly) {
  point_table x{.dims = 2, .numbers = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4}};
  EXPECT_EQ(sample(x, 2).numbers, (std::vector<float>{0, 0, 2, 2}));
  EXPECT_EQ(sample(x, 9).numbers, x.numbers);
}

} // namespace kmeans
