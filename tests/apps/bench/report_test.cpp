// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "chart.hpp"
#include "machine.hpp"
#include "outcome_text.hpp"

namespace bench {

namespace {

outcome rate(double x) {
  return {{{"rate", "messages/s", better::higher, x}}};
}

outcome time(double x) {
  return {{{"p50", "us", better::lower, x}}};
}

double ratio_of(const report& x, const std::string& work,
                const std::string& peer) {
  for (auto& y : ratios(x))
    if (y.work == work && y.peer == peer)
      return y.value;
  ADD_FAILURE() << "no ratio for " << work << " and " << peer;
  return 0;
}

std::set<std::string> keys(const nlohmann::json& x) {
  std::set<std::string> result;
  for (auto& [key, value] : x.items())
    result.insert(key);
  return result;
}

} // namespace

TEST(BenchReport, KnowsMedianLeastAndMostOfAllRuns) {
  report x;
  for (double y : {5, 1, 4, 2, 3})
    x.book("ring", "caf", rate(y));
  ASSERT_EQ(x.results.size(), 1u);
  EXPECT_EQ(x.results[0].median(), 3);
  EXPECT_EQ(x.results[0].min(), 1);
  EXPECT_EQ(x.results[0].max(), 5);
  x.book("ring", "caf", rate(6));
  EXPECT_EQ(x.results[0].median(), 3.5);
}

TEST(BenchReport, RatioIsMoreWhereTroupeIsBetter) {
  report x;
  x.book("ring", "troupe", rate(300));
  x.book("ring", "caf", rate(100));
  x.book("idle_request", "troupe", time(20));
  x.book("idle_request", "caf", time(100));
  EXPECT_DOUBLE_EQ(ratio_of(x, "ring", "caf"), 3);
  EXPECT_DOUBLE_EQ(ratio_of(x, "idle_request", "caf"), 5);
}

TEST(BenchReport, RatioComparesMediansWithEachPeer) {
  report x;
  for (double y : {10, 1'000, 20})
    x.book("ring", "troupe", rate(y));
  x.book("ring", "caf", rate(10));
  x.book("ring", "erlang", rate(40));
  EXPECT_DOUBLE_EQ(ratio_of(x, "ring", "caf"), 2);
  EXPECT_DOUBLE_EQ(ratio_of(x, "ring", "erlang"), 0.5);
}

TEST(BenchReport, NothingComparesWithZeroOrWithAnotherMetric) {
  report x;
  x.book("ring", "troupe", rate(10));
  x.book("ring", "caf", rate(0));
  x.book("ring", "erlang", time(10));
  x.book("fib", "node", rate(10));
  EXPECT_TRUE(ratios(x).empty());
}

TEST(BenchReport, JsonHasTheDocumentedForm) {
  report x;
  x.book("ring", "troupe", rate(30));
  x.book("ring", "troupe", rate(50));
  x.book("ring", "caf", rate(10));
  auto json = to_json(x, {{"cores", 2}});
  EXPECT_EQ(keys(json),
            (std::set<std::string>{"machine", "ratios", "results"}));
  EXPECT_EQ(json["machine"]["cores"], 2);
  ASSERT_EQ(json["results"].size(), 2u);
  EXPECT_EQ(json["results"][0], (nlohmann::json{{"work", "ring"},
                                                {"subject", "troupe"},
                                                {"metric", "rate"},
                                                {"unit", "messages/s"},
                                                {"median", 40.0},
                                                {"min", 30.0},
                                                {"max", 50.0},
                                                {"runs", 2}}));
  ASSERT_EQ(json["ratios"].size(), 1u);
  EXPECT_EQ(json["ratios"][0], (nlohmann::json{{"work", "ring"},
                                               {"metric", "rate"},
                                               {"peer", "caf"},
                                               {"ratio", 4.0}}));
}

TEST(BenchReport, TextEndsWithTheRatios) {
  report x;
  auto run = rate(10);
  run.notes.push_back("stopped after 10 s with 3 of 7");
  x.book("ring", "troupe", rate(20));
  x.book("ring", "caf", run);
  auto text = to_text(x);
  auto table = text.find("median");
  auto note = text.find("ring of caf: stopped after 10 s with 3 of 7");
  auto list = text.find("troupe against its peers");
  ASSERT_NE(list, std::string::npos);
  EXPECT_LT(table, note);
  EXPECT_LT(note, list);
}

TEST(BenchReport, OnlyTheLastNoteOfEachSubjectStays) {
  report x;
  auto run = rate(10);
  for (auto text : {"first", "second"}) {
    run.notes = {text};
    x.book("ring", "caf", run);
    x.book("ring", "node", run);
  }
  ASSERT_EQ(x.notes.size(), 2u);
  EXPECT_EQ(x.notes[0].text, "second");
  EXPECT_EQ(x.notes[1].text, "second");
}

TEST(BenchOutcome, SurvivesTheWayThroughAPipe) {
  outcome x{{{"rate", "messages/s", better::higher, 123456789},
             {"p50", "us", better::lower, 0.125}},
            {"stopped after 10 s"}};
  auto y = from_lines(to_lines(x));
  ASSERT_EQ(y.values.size(), 2u);
  EXPECT_EQ(y.values[0].metric, "rate");
  EXPECT_EQ(y.values[0].unit, "messages/s");
  EXPECT_EQ(y.values[0].direction, better::higher);
  EXPECT_EQ(y.values[0].value, 123456789);
  EXPECT_EQ(y.values[1].direction, better::lower);
  EXPECT_EQ(y.values[1].value, 0.125);
  EXPECT_EQ(y.notes, x.notes);
}

TEST(BenchOutcome, OtherLinesAreSkipped) {
  auto y = from_lines("warning: slow\nrate|x|higher|1\nrate|x|sideways|1\n"
                      "rate|x|higher|much\n\n");
  EXPECT_EQ(y.values.size(), 1u);
}

TEST(BenchChart, HasARowForEachRatio) {
  auto svg = to_svg({{"ring", "rate", "caf", 4}, {"fib", "time", "tbb", 0.5}});
  EXPECT_EQ(svg.rfind("<svg ", 0), 0u);
  for (auto* part :
       {"ring rate / caf", "fib time / tbb", ">4.00<", ">0.50<", "</svg>"})
    EXPECT_NE(svg.find(part), std::string::npos) << part;
}

TEST(BenchMachine, SaysWhatFiguresDependOn) {
  auto x = machine();
  for (auto* key : {"time", "system", "kernel", "architecture", "processor",
                    "cores", "usable_cores", "memory_bytes", "virtual",
                    "compiler", "build", "versions"})
    EXPECT_TRUE(x.contains(key)) << key;
  EXPECT_GE(x["usable_cores"], 1);
  EXPECT_EQ(x["versions"]["caf"], "0.17.6");
}

} // namespace bench
