// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "program.hpp"
#include "support/temp_dir.hpp"
#include "troupe/actors/tsp.hpp"

namespace app {

namespace {

using troupe::test::read_file;
using troupe::test::temp_dir;

/// Shows nothing but what the same seed must give again.
nlohmann::json outcome(nlohmann::json x) {
  for (auto* key : {"wall_s", "workers", "restarts"})
    x.erase(key);
  return x;
}

nlohmann::json run_genetic(std::vector<std::string> arguments) {
  arguments.emplace_back("--json");
  auto x = run_program("genetic", std::move(arguments));
  EXPECT_EQ(x.report.code, 0) << x.err;
  return last_json(x.out);
}

/// A tour of its own for each seed, as no target ends the search.
const std::vector<std::string> short_search = {
    "--seed",        "5",  "--target",      "0", "--islands", "3",
    "--generations", "30", "--individuals", "10"};

} // namespace

TEST(GeneticProgram, FindsTheShortestTourOfBerlin52) {
  auto x = run_genetic({});
  EXPECT_EQ(x["length"], 7'542);
  EXPECT_EQ(x["reached"], true);
  troupe::tour cities;
  for (auto& city : x["tour"])
    cities.push_back(static_cast<uint16_t>(city.get<int>() - 1));
  auto problem = troupe::parse_tsplib(troupe::berlin52());
  EXPECT_TRUE(troupe::is_tour(cities, 52));
  EXPECT_EQ(troupe::tour_length(*problem, cities), 7'542);
}

TEST(GeneticProgram, FindsTheSameWhoeverWorks) {
  std::vector<std::vector<std::string>> crews = {
      {"--workers", "1"},
      {"--workers", "3"},
      {"--isolation", "thread", "--workers", "2"},
      {"--isolation", "process", "--workers", "2"}};
  std::vector<nlohmann::json> results;
  for (auto& crew : crews) {
    auto arguments = short_search;
    arguments.insert(arguments.end(), crew.begin(), crew.end());
    arguments.emplace_back("--json");
    auto x = run_program("genetic", arguments);
    // The shortest tour is longer than 0.
    EXPECT_EQ(x.report.code, 1) << x.err;
    results.push_back(outcome(last_json(x.out)));
    EXPECT_EQ(results.back(), results.front());
  }
}

TEST(GeneticProgram, FindsTheSameAlthoughAWorkerProcessIsKilled) {
  temp_dir dir;
  auto text = std::string{"NAME: grid\nTYPE: TSP\nDIMENSION: 400\n"
                          "EDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n"};
  for (int i = 0; i < 400; ++i)
    text += std::to_string(i + 1) + " " + std::to_string(i * 7919 % 1009) + " "
            + std::to_string(i * 104'729 % 997) + "\n";
  auto file = dir.write("grid.tsp", text);
  std::vector<std::string> arguments = {
      file, "--epoch", "5", "--generations", "200", "--improve", "100"};
  auto killed = json_after_a_kill("genetic", arguments);
  EXPECT_GE(killed["restarts"], 1);
  EXPECT_EQ(outcome(run_genetic(arguments)), outcome(killed));
}

TEST(GeneticProgram, FindsTheSameOnAnotherNode) {
  troupe::test::process node{
      program("node", {"--listen", "127.0.0.1:0", "--name", "other"})};
  auto ready = node.line_with("ready as other on ", test_patience);
  ASSERT_TRUE(ready) << node.err();
  auto begin = ready->find("127.0.0.1:");
  auto address = ready->substr(begin, ready->find(' ', begin) - begin);
  auto there =
      run_genetic({"--seed", "3", "--isolation", "node", "--join", address});
  EXPECT_EQ(outcome(there), outcome(run_genetic({"--seed", "3"})));
}

TEST(GeneticProgram, WritesPicturesAndTheTour) {
  temp_dir dir;
  auto path = std::filesystem::path{dir.path()};
  run_genetic({"--plot", path / "plot.png", "--map", path / "map.png",
               "--output", path / "best.tour"});
  for (auto* name : {"plot.png", "map.png"})
    EXPECT_TRUE(read_file(path / name).starts_with("\x89PNG")) << name;
  auto tour = read_file(path / "best.tour");
  EXPECT_NE(tour.find("COMMENT: length 7542\nDIMENSION: 52\nTOUR_SECTION\n"),
            std::string::npos)
      << tour;
}

TEST(GeneticProgram, SaysWhatIsWrong) {
  temp_dir dir;
  auto file = dir.write("wrong.tsp", "TYPE: TSP\nDIMENSION: many\n");
  expect_refusal("genetic", {file}, 2,
                 "wrong.tsp: line 2: DIMENSION is \"many\", must be 3 to 2000");
  expect_refusal("genetic", {dir.file("none")}, 2, "No such file or directory");
  expect_refusal("genetic", {dir.path()}, 2, "Is a directory");
  expect_refusal("genetic", {"--islands", "0"}, 2,
                 "--islands: is \"0\", must be 1 to 256");
  expect_refusal("genetic", {"--workers", "0"}, 2,
                 "--workers 0 needs --listen or --join");
  expect_refusal("genetic", {"--plot", "/nowhere/x.png"}, 4,
                 "/nowhere/x.png: No such file or directory");
}

} // namespace app
