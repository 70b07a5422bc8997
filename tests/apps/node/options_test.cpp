// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace node_app {

namespace {

using namespace std::chrono_literals;

std::variant<options, early_exit> parse(std::vector<const char*> line) {
  line.insert(line.begin(), "node");
  return parse_options(static_cast<int>(line.size()), line.data());
}

} // namespace

TEST(NodeAppOptions, AreHandedToTheRuntimeByTheirKeys) {
  auto parsed = parse(
      {"--name",     "a",      "--listen", "0.0.0.0:0", "--advertise", "h:1",
       "--join",     "b:1",    "--join",   "c:1",       "--seed",      "d:1",
       "--role",     "x",      "--role",   "y",         "--workers",   "3",
       "--insecure", "--json", "--drain",  "250ms"});
  auto x = std::get_if<options>(&parsed);
  ASSERT_NE(x, nullptr) << std::get<early_exit>(parsed).text;
  using pair = std::pair<std::string, std::string>;
  EXPECT_EQ(x->runtime, (std::vector<pair>{{"node.name", "a"},
                                           {"node.listen", "0.0.0.0:0"},
                                           {"node.advertise", "h:1"},
                                           {"node.workers", "3"},
                                           {"node.join", "b:1,c:1"},
                                           {"node.seeds", "d:1"},
                                           {"node.roles", "x,y"}}));
  EXPECT_TRUE(x->insecure);
  EXPECT_TRUE(x->json);
  EXPECT_EQ(x->drain, 250ms);
}

TEST(NodeAppOptions, WrongTimesAreRefusedInOneLine) {
  for (auto text : {"", "5", "s", "-1s", "2h", "61min", "nan s", "1e99s"}) {
    auto parsed = parse({"--drain", text});
    auto x = std::get_if<early_exit>(&parsed);
    ASSERT_NE(x, nullptr) << text;
    EXPECT_EQ(x->code, exit_code::usage);
    EXPECT_NE(x->text.find("--drain"), std::string::npos) << x->text;
    EXPECT_EQ(x->text.find('\n'), std::string::npos) << x->text;
  }
}

TEST(NodeAppOptions, HelpListsEveryExitCode) {
  auto parsed = parse({"--help"});
  auto x = std::get_if<early_exit>(&parsed);
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(x->code, exit_code::ok);
  for (auto line : {"\n  0  ", "\n  1  ", "\n  2  ", "\n  3  ", "\n  4  ",
                    "\n  130 ", "Examples:"})
    EXPECT_NE(x->text.find(line), std::string::npos) << line;
}

} // namespace node_app
