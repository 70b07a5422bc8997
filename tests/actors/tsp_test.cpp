// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/tsp.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "caf/sec.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// A shortest tour of berlin52, as TSPLIB gives it.
constexpr int optimal_tour[] = {
    1,  49, 32, 45, 19, 41, 8,  9, 10, 43, 33, 51, 11, 52, 14, 13, 47, 26,
    27, 28, 12, 25, 4,  6,  15, 5, 24, 48, 38, 37, 40, 39, 36, 35, 34, 44,
    46, 16, 29, 50, 20, 23, 30, 2, 7,  42, 21, 17, 3,  18, 31, 22};

/// A problem whose line `number` is `line`, otherwise right.
std::string with_line(size_t number, const std::string& line) {
  std::vector<std::string> lines = {"NAME : t",
                                    "TYPE : TSP",
                                    "DIMENSION : 3",
                                    "EDGE_WEIGHT_TYPE : EUC_2D",
                                    "NODE_COORD_SECTION",
                                    "1 0 0",
                                    "2 3 0",
                                    "3 3 4",
                                    "EOF"};
  lines.at(number - 1) = line;
  std::string result;
  for (auto& x : lines)
    result += x + "\n";
  return result;
}

std::string problem_of(const std::string& text) {
  auto x = parse_tsplib(text);
  return x ? "was accepted" : describe(x.error());
}

} // namespace

TEST(Tsp, Berlin52HasItsKnownShortestTour) {
  auto x = parse_tsplib(berlin52());
  ASSERT_TRUE(x) << describe(x.error());
  ASSERT_EQ(x->cities.size(), 52u);
  tour y;
  for (auto city : optimal_tour)
    y.push_back(static_cast<uint16_t>(city - 1));
  EXPECT_TRUE(is_tour(y, 52));
  EXPECT_EQ(tour_length(*x, y), berlin52_optimum);
}

TEST(Tsp, DistancesAreRounded) {
  EXPECT_EQ(distance({0, 0}, {1, 1}), 1);
  EXPECT_EQ(distance({0, 0}, {1, 1.2}), 2);
  EXPECT_EQ(distance({-3, 0}, {0, 4}), 5);
}

TEST(Tsp, TellsToursFromOtherLists) {
  EXPECT_TRUE(is_tour({2, 0, 1}, 3));
  EXPECT_FALSE(is_tour({2, 0}, 3));
  EXPECT_FALSE(is_tour({2, 0, 0}, 3));
  EXPECT_FALSE(is_tour({3, 0, 1}, 3));
}

TEST(Tsp, TheShortestTourIsTheBestOfAllPermutations) {
  tsp x;
  for (int i = 0; i < 7; ++i)
    x.cities.push_back({(i * 37) % 11 * 10.0, (i * 53) % 17 * 10.0});
  tour y(7);
  std::iota(y.begin(), y.end(), uint16_t{0});
  auto least = tour_length(x, y);
  do
    least = std::min(least, tour_length(x, y));
  while (std::next_permutation(y.begin() + 1, y.end()));
  auto found = shortest_tour(x);
  EXPECT_TRUE(is_tour(found, 7));
  EXPECT_EQ(tour_length(x, found), least);
}

TEST(Tsplib, ReadsWhatPeopleWrite) {
  auto x = parse_tsplib("NAME:t\r\nCOMMENT : a: b\r\nTYPE: TSP\r\n"
                        "DIMENSION:3\r\nEDGE_WEIGHT_TYPE:EUC_2D\r\n\r\n"
                        "NODE_COORD_SECTION\r\n 2 3 0\r\n\t1 +1.5e1 -2\r\n"
                        "3 3 4\r\n");
  ASSERT_TRUE(x) << describe(x.error());
  EXPECT_EQ(x->name, "t");
  EXPECT_EQ(x->cities.at(0).x, 15);
  EXPECT_EQ(x->cities.at(0).y, -2);
  EXPECT_EQ(x->cities.at(1).x, 3);
}

TEST(Tsplib, NamesLineValueAndWhatIsAllowed) {
  EXPECT_EQ(problem_of(with_line(2, "TYPE : ATSP")),
            "line 2: TYPE is \"ATSP\", must be TSP");
  EXPECT_EQ(problem_of(with_line(3, "DIMENSION : 2001")),
            "line 3: DIMENSION is \"2001\", must be 3 to 2000");
  EXPECT_EQ(problem_of(with_line(3, "DIMENSION : 2")),
            "line 3: DIMENSION is \"2\", must be 3 to 2000");
  EXPECT_EQ(problem_of(with_line(4, "EDGE_WEIGHT_TYPE : GEO")),
            "line 4: EDGE_WEIGHT_TYPE is \"GEO\", must be EUC_2D");
  EXPECT_EQ(problem_of(with_line(1, "NAMES : t"))
                .rfind("line 1: unknown keyword \"NAMES\", must be NAME", 0),
            0u);
  EXPECT_EQ(problem_of(with_line(6, "0 0 0")),
            "line 6: city number \"0\", must be 1 to 3");
  EXPECT_EQ(problem_of(with_line(7, "1 0 0")), "line 7: city 1 is there twice");
  EXPECT_EQ(problem_of(with_line(7, "2 nan 0")),
            "line 7: coordinate \"nan\", must be -1e8 to 1e8");
  EXPECT_EQ(problem_of(with_line(7, "2 1e9 0")),
            "line 7: coordinate \"1e9\", must be -1e8 to 1e8");
  EXPECT_EQ(problem_of(with_line(7, "2 1")),
            "line 7: coordinate \"\", must be -1e8 to 1e8");
  EXPECT_EQ(problem_of(with_line(7, "2 1 2 3")),
            "line 7: \"3\" after the coordinates");
  EXPECT_EQ(problem_of(with_line(8, "EOF")), "city 3 of 3 is missing");
  EXPECT_EQ(problem_of(with_line(3, "COMMENT : no dimension")),
            "line 5: NODE_COORD_SECTION comes before DIMENSION");
  EXPECT_EQ(problem_of(""), "has no NODE_COORD_SECTION");
}

} // namespace troupe
