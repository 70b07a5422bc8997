// SPDX-License-Identifier: Apache-2.0

#include "common/command_line.hpp"

#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "common/crew_options.hpp"

namespace app {

namespace {

std::variant<crew_options, early_exit>
parse_crew(std::vector<const char*> words) {
  words.insert(words.begin(), "program");
  crew_options result{.workers = 3};
  CLI::App line{"Does nothing.", "program"};
  set_up_help(line, "Examples:");
  crew_flags crew{line, result};
  if (auto exit = parse(line, static_cast<int>(words.size()), words.data()))
    return *exit;
  if (auto exit = crew.finish())
    return *exit;
  return result;
}

std::string refusal(std::vector<const char*> words) {
  auto x = parse_crew(std::move(words));
  auto* exit = std::get_if<early_exit>(&x);
  if (exit == nullptr || exit->code != exit_code::usage)
    return "was accepted";
  return exit->text;
}

} // namespace

TEST(CrewOptions, KeepTheirDefaults) {
  auto x = std::get<crew_options>(parse_crew({}));
  EXPECT_EQ(x.workers, 3u);
  EXPECT_EQ(x.isolation, troupe::isolation::pooled);
  EXPECT_TRUE(x.join.empty());
}

TEST(CrewOptions, TakeEachLevelOfIsolation) {
  using troupe::isolation;
  for (auto level : {isolation::pooled, isolation::thread, isolation::process,
                     isolation::node}) {
    auto text = to_string(level);
    auto x = parse_crew({"--isolation", text.c_str()});
    auto* accepted = std::get_if<crew_options>(&x);
    ASSERT_NE(accepted, nullptr) << text;
    EXPECT_EQ(accepted->isolation, level);
    EXPECT_EQ(accepted->workers, level == isolation::node ? 0u : 3u);
  }
}

TEST(CrewOptions, SayWhatIsWrong) {
  EXPECT_EQ(refusal({"--workers", "many"}),
            "--workers: is \"many\", must be 0 to 1024");
  EXPECT_EQ(refusal({"--workers", "-1"}),
            "--workers: is \"-1\", must be 0 to 1024");
  EXPECT_EQ(refusal({"--isolation", "cloud"}),
            "--isolation: \"cloud\" is neither pooled, thread, process nor "
            "node");
  EXPECT_EQ(refusal({"--join", ""}), "--join needs an address HOST:PORT");
  EXPECT_EQ(refusal({"--isolation", "node", "--workers", "2"}),
            "--workers counts those of this process, of which --isolation node "
            "has none");
}

TEST(CrewOptions, SayWhoIsMissing) {
  EXPECT_EQ(nobody({.workers = 0}, {}), "--workers 0 needs --listen or --join");
  EXPECT_EQ(nobody({.workers = 1}, {}), std::nullopt);
  troupe::node_options node;
  node.listen = "127.0.0.1:0";
  EXPECT_EQ(nobody({.workers = 0}, node), std::nullopt);
}

TEST(CommandLine, ShowsItsHelp) {
  auto x = parse_crew({"--help"});
  auto& exit = std::get<early_exit>(x);
  EXPECT_EQ(exit.code, exit_code::ok);
  EXPECT_NE(exit.text.find("--isolation"), std::string::npos);
  EXPECT_NE(exit.text.find("Examples:"), std::string::npos);
}

TEST(CommandLine, RefusesNumbersThatAreNone) {
  auto check = whole_number(1, 10);
  for (auto* wrong : {"", "ten", "0", "11", "1.5", "99999999999999999999"}) {
    std::string text = wrong;
    EXPECT_NE(check(text), "") << text;
  }
  std::string text = "10";
  EXPECT_EQ(check(text), "");
}

} // namespace app
