// SPDX-License-Identifier: Apache-2.0

// Each batch program finds the same whether its workers are all in its own
// process or all on another node.

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace app {

namespace {

using nlohmann::json;
using strings = std::vector<std::string>;

/// A node that lends a worker.
class Join : public testing::Test {
protected:
  void SetUp() override {
    auto ready = node.line_with("ready as other on ", test_patience);
    ASSERT_TRUE(ready) << node.err();
    auto begin = ready->find("127.0.0.1:");
    address = ready->substr(begin, ready->find(' ', begin) - begin);
  }

  /// Returns the fields of what a program finds.
  json find(const strings& command, const strings& crew,
            const strings& fields) {
    strings arguments{command.begin() + 1, command.end()};
    arguments.insert(arguments.begin(), "--json");
    arguments.insert(arguments.begin(), crew.begin(), crew.end());
    auto x = run_program(command.front(), arguments);
    EXPECT_EQ(x.report.code, 0) << x.err;
    auto found = last_json(x.out);
    json result;
    for (auto& field : fields) {
      EXPECT_TRUE(found.contains(field)) << field;
      result[field] = found[field];
    }
    return result;
  }

  troupe::test::process node{
      program("node", {"--listen", "127.0.0.1:0", "--name", "other",
                       "--workers", "1"})};
  std::string address;
};

} // namespace

TEST_F(Join, EachProgramFindsTheSameOnAnotherNode) {
  troupe::test::temp_dir dir;
  std::string words;
  for (int i = 0; i < 60'000; ++i)
    words += "word" + std::to_string(i * 7919 % 1009) + (i % 9 ? " " : "\n");
  auto file = dir.write("words.txt", words);
  struct program_case {
    strings command;
    strings fields;
  };
  const program_case cases[] = {
      {{"genetic", "--seed", "3"}, {"length", "tour"}},
      {{"hashing", "keys", "--count", "20", "--iterations", "1000"},
       {"hash", "items"}},
      {{"hashing", "tree", file}, {"hash", "items"}},
      {{"imaging", "--filter", "blur", "--test-size", "301x203"},
       {"differing"}},
      {{"imaging", "--filter", "sobel", "--test-size", "301x203"},
       {"differing"}},
      {{"kmeans", "--points", "20000", "--dims", "3", "--clusters", "5"},
       {"centroids", "sizes", "inertia"}},
      {{"nbody", "--particles", "500", "--steps", "5"},
       {"energy_end", "deviation"}},
      {{"wordcount", file}, {"words", "distinct", "top"}},
  };
  for (auto& [command, fields] : cases) {
    SCOPED_TRACE(command[0] + " " + command[1]);
    auto here = find(command, {"--workers", "1"}, fields);
    auto there =
        find(command, {"--isolation", "node", "--join", address}, fields);
    EXPECT_EQ(there, here);
  }
}

} // namespace app
