// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "program.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace app {

namespace {

using troupe::test::read_file;
using troupe::test::temp_dir;

/// Lines of words, the low numbers among them far more often.
std::string text_of(size_t bytes, uint64_t distinct) {
  std::string result;
  uint64_t x = 1;
  while (result.size() < bytes) {
    x = x * 6364136223846793005 + 1442695040888963407;
    auto a = (x >> 33) % distinct;
    x = x * 6364136223846793005 + 1442695040888963407;
    auto b = (x >> 33) % (a + 1);
    result += "word-" + std::to_string(b) + (x >> 60 == 0 ? "\n" : " ");
  }
  return result;
}

/// Counts with the tools of the system.
std::string expected_for(const std::string& file) {
  auto x = troupe::test::run(
      {.line = {"sh", "-c",
                "tr -s '[:space:]' '\\n' < \"$0\" | LC_ALL=C sort | uniq -c",
                file}},
      test_patience);
  if (!x)
    ADD_FAILURE() << "sort does not end";
  return x ? x->out : "";
}

nlohmann::json run_wordcount(std::vector<std::string> arguments) {
  arguments.emplace_back("--json");
  auto x = run_program("wordcount", std::move(arguments));
  EXPECT_EQ(x.report.code, 0) << x.err;
  return last_json(x.out);
}

} // namespace

TEST(WordcountProgram, CountsAsSortAndUniqDo) {
  temp_dir dir;
  auto file = dir.write("in", text_of(3'000'000, 50'000));
  auto expected = expected_for(file);
  auto out = dir.file("out");
  std::vector<std::vector<std::string>> crews = {
      {"--workers", "1"},
      {"--workers", "3", "--memory", "4"},
      {"--isolation", "thread"},
      {"--isolation", "process", "--workers", "2"}};
  for (auto& crew : crews) {
    std::vector<std::string> arguments = {file, "--output", out};
    arguments.insert(arguments.end(), crew.begin(), crew.end());
    auto x = run_wordcount(arguments);
    EXPECT_TRUE(read_file(out) == expected) << crew.front();
    ASSERT_EQ(x["top"].size(), 20u);
    for (auto& row : x["top"]) {
      auto count = std::to_string(row[1].get<int>());
      auto line = std::string(7 - count.size(), ' ') + count + " "
                  + row[0].get<std::string>() + "\n";
      EXPECT_NE(expected.find(line), std::string::npos) << line;
    }
  }
}

TEST(WordcountProgram, KeepsToItsMemory) {
  temp_dir dir;
  std::string text;
  for (uint64_t i = 0; text.size() < 24'000'000; ++i)
    text += std::to_string(i * 0x9e3779b97f4a7c15) + "\n";
  auto file = dir.write("in", text);
  auto x = run_program("wordcount", {file, "--memory", "16", "--json"});
  EXPECT_EQ(x.report.code, 0) << x.err;
  auto found = last_json(x.out);
  EXPECT_GT(found["distinct"], 1'000'000);
  EXPECT_EQ(found["words"], found["distinct"]);
  EXPECT_GT(found["spills"], 5);
  // More than a million words at about a hundred bytes are far more.
  EXPECT_LT(x.report.peak_rss_bytes, uint64_t{96} << 20);
}

TEST(WordcountProgram, CountsTheSameAlthoughAWorkerProcessIsKilled) {
  temp_dir dir;
  auto file = dir.write("in", text_of(30'000'000, 100'000));
  auto killed = json_after_a_kill("wordcount", {file});
  auto expected = run_wordcount({file});
  EXPECT_GE(killed["restarts"], 1);
  for (auto* key : {"words", "distinct", "top"})
    EXPECT_EQ(killed[key], expected[key]);
}

TEST(WordcountProgram, SaysWhatIsWrong) {
  temp_dir dir;
  auto text = text_of(200'000, 10'000);
  auto file = dir.write("in", text);
  expect_refusal("wordcount", {}, 2, "FILE is required");
  expect_refusal("wordcount", {dir.file("none")}, 2,
                 "No such file or directory");
  expect_refusal("wordcount", {dir.path()}, 2, "is not a regular file");
  expect_refusal("wordcount", {file, "--memory", "1"}, 2,
                 "--memory: is \"1\", must be 4 to 1048576");
  expect_refusal("wordcount", {file, "--output", "/nowhere/x"}, 4,
                 "/nowhere/x: No such file or directory");
  expect_refusal("wordcount", {dir.write("long", std::string(2 << 20, 'x'))}, 1,
                 "is longer than 1048576 bytes");
}

} // namespace app
