// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "program.hpp"
#include "support/temp_dir.hpp"
#include "troupe/actors/hashing.hpp"

namespace app {

namespace {

using troupe::test::read_file;
using troupe::test::temp_dir;

nlohmann::json run_hashing(std::vector<std::string> arguments,
                           std::string input = {}) {
  arguments.emplace_back("--json");
  auto x = run_program("hashing", std::move(arguments), std::move(input));
  EXPECT_EQ(x.report.code, 0) << x.err;
  return last_json(x.out);
}

/// More than three tasks, and no whole number of leaves.
std::string content() {
  std::string result(3'500'001, '\0');
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = static_cast<char>(i * i >> 7);
  return result;
}

std::string tree_hash(std::string_view bytes, size_t leaf_bytes) {
  std::vector<std::string_view> leaves;
  for (; !bytes.empty();
       bytes.remove_prefix(std::min(leaf_bytes, bytes.size())))
    leaves.push_back(bytes.substr(0, leaf_bytes));
  return troupe::to_hex(troupe::merkle_root(leaves));
}

} // namespace

TEST(HashingProgram, HashesAFileWhoeverWorks) {
  temp_dir dir;
  auto bytes = content();
  auto file = dir.write("in", bytes);
  std::vector<std::vector<std::string>> crews = {
      {},
      {"--leaf", "4096", "--isolation", "thread"},
      {"--leaf", "1000", "--isolation", "process"}};
  for (auto& crew : crews) {
    std::vector<std::string> arguments = {"tree", file, "--workers", "2"};
    arguments.insert(arguments.end(), crew.begin(), crew.end());
    auto leaf = crew.empty() ? size_t{1'024} : std::stoul(crew[1]);
    auto x = run_hashing(arguments);
    EXPECT_EQ(x["hash"], tree_hash(bytes, leaf));
    EXPECT_EQ(x["items"], (bytes.size() + leaf - 1) / leaf);
  }
}

TEST(HashingProgram, HashesAnEmptyFile) {
  temp_dir dir;
  auto x = run_hashing({"tree", dir.write("in", "")});
  EXPECT_EQ(x["hash"], tree_hash("", 1));
  EXPECT_EQ(x["items"], 0);
}

TEST(HashingProgram, DerivesTheKeyOfEachPassword) {
  temp_dir dir;
  auto out = dir.file("keys.csv");
  run_hashing({"keys", "--input", "-", "--output", out, "--iterations", "10",
               "--salt", "s", "--bytes", "20"},
              "secret\n\nlast one");
  std::string expected = "number,key\n";
  std::vector<std::string> passwords = {"secret", "", "last one"};
  for (size_t i = 0; i < passwords.size(); ++i) {
    auto number = std::to_string(i);
    expected += number + ","
                + troupe::to_hex(troupe::derive_key_plainly(
                    {passwords[i], "s" + number}, 10, 20))
                + "\n";
  }
  EXPECT_EQ(read_file(out), expected);
}

TEST(HashingProgram, DerivesTheSameAlthoughAWorkerProcessIsKilled) {
  std::vector<std::string> arguments = {"keys", "--count", "60", "--iterations",
                                        "100000"};
  auto killed = json_after_a_kill("hashing", arguments);
  EXPECT_GE(killed["restarts"], 1);
  EXPECT_EQ(killed["items"], 60);
  EXPECT_EQ(run_hashing(arguments)["hash"], killed["hash"]);
}

TEST(HashingProgram, SaysWhatIsWrong) {
  temp_dir dir;
  expect_refusal("hashing", {}, 2, "A subcommand is required");
  expect_refusal("hashing", {"tree", dir.file("none")}, 2,
                 "No such file or directory");
  expect_refusal("hashing", {"tree", dir.path()}, 2, "is not a regular file");
  expect_refusal("hashing", {"tree", "x", "--leaf", "0"}, 2,
                 "--leaf: is \"0\", must be 1 to 16777216");
  expect_refusal("hashing", {"keys", "--iterations", "many"}, 2,
                 "--iterations: is \"many\", must be 1 to 10000000");
  expect_refusal("hashing", {"keys", "--input", dir.write("in", "")}, 2,
                 "holds no password");
  expect_refusal("hashing", {"keys", "--output", "/nowhere/x"}, 4,
                 "/nowhere/x: No such file or directory");
}

} // namespace app
