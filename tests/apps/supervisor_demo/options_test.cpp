// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace demo {

namespace {

std::variant<options, early_exit> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "supervisor_demo");
  return parse_options(static_cast<int>(words.size()), words.data());
}

TEST(DemoOptions, AreTaken) {
  auto x = parse({"--limit", "200000", "--seed", "7", "--json", "--plain",
                  "--deadline", "9", "--pieces", "50"});
  auto* opts = std::get_if<options>(&x);
  ASSERT_NE(opts, nullptr);
  EXPECT_EQ(opts->limit, 200'000u);
  EXPECT_EQ(opts->seed, 7u);
  EXPECT_EQ(opts->pieces, 50u);
  EXPECT_EQ(opts->deadline, std::chrono::seconds{9});
  EXPECT_TRUE(opts->json);
  EXPECT_TRUE(opts->plain);
}

TEST(DemoOptions, HaveAPageOnRequest) {
  auto x = parse({"--http", "127.0.0.1:0"});
  auto* opts = std::get_if<options>(&x);
  ASSERT_NE(opts, nullptr);
  ASSERT_TRUE(opts->http);
  EXPECT_EQ(opts->http->listen, "127.0.0.1:0");
  x = parse({});
  EXPECT_FALSE(std::get<options>(x).http);
}

TEST(DemoOptions, OfferWorkersWithWhatLinksNeed) {
  auto x = parse({"--serve", "0.0.0.0:0", "--insecure", "--config", "x"});
  auto* opts = std::get_if<options>(&x);
  ASSERT_NE(opts, nullptr);
  EXPECT_TRUE(opts->serves);
  EXPECT_EQ(opts->network.listen, "0.0.0.0:0");
}

struct wrong_options {
  std::string name;
  std::vector<const char*> words;
  std::string part;
};

class WrongDemoOption : public testing::TestWithParam<wrong_options> {};

TEST_P(WrongDemoOption, IsRefusedInOneLineThatNamesIt) {
  auto x = parse(GetParam().words);
  auto* exit = std::get_if<early_exit>(&x);
  ASSERT_NE(exit, nullptr);
  EXPECT_EQ(exit->code, exit_code::usage);
  EXPECT_NE(exit->text.find(GetParam().part), std::string::npos) << exit->text;
  EXPECT_EQ(exit->text.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    , WrongDemoOption,
    testing::Values(
        wrong_options{"Limit", {"--limit", "5"}, "must be 100000 to 100000000"},
        wrong_options{"Pieces", {"--pieces", "many"}, "\"many\""},
        wrong_options{"Deadline", {"--deadline", "0"}, "must be 1 to 86400"},
        wrong_options{"PageForStrangers",
                      {"--http", "0.0.0.0:0"},
                      "needs TLS and a token"},
        wrong_options{
            "TokenForNothing", {"--http-token-file", "x"}, "goes with --http"},
        wrong_options{"NodeWithoutNodes", {"--isolation", "node"}, "--join"},
        wrong_options{
            "NodesForNothing", {"--join", "127.0.0.1:1"}, "--isolation node"},
        wrong_options{"ScriptOfNoRun",
                      {"--serve", "127.0.0.1:0", "--script", "x"},
                      "--script does not go with --serve"},
        wrong_options{"JsonOfNoRun",
                      {"--serve", "127.0.0.1:0", "--json"},
                      "--json does not go with --serve"},
        wrong_options{"NoRunToStay",
                      {"--stay", "--serve", "127.0.0.1:0"},
                      "--stay does not go with --serve"},
        wrong_options{
            "PageOfNoRun",
            {"--serve", "127.0.0.1:0", "--http-token-file", "/no/such"},
            "--http-token-file does not go with --serve"},
        wrong_options{"IsolationOfNoRun",
                      {"--serve", "127.0.0.1:0", "--isolation", "node"},
                      "--isolation does not go with --serve"},
        wrong_options{"SeedOfNoRun",
                      {"--serve", "127.0.0.1:0", "--seed", "1"},
                      "--seed does not go with --serve"},
        wrong_options{"Unknown", {"--speed", "9"}, "--speed"},
        wrong_options{
            "SeedAndScript", {"--seed", "1", "--script", "x"}, "--s"}),
    [](auto& x) { return x.param.name; });

} // namespace

} // namespace demo
