// SPDX-License-Identifier: Apache-2.0

#include "config/config_file.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

#include "support/temp_dir.hpp"

namespace troupe {

namespace {

/// Renders entries as "key=text@line", sorted.
std::vector<std::string> entries(const std::string& text) {
  auto parsed = parse_config_text("f", text);
  if (!parsed)
    return {describe(parsed.error())};
  std::vector<std::string> result;
  for (auto& x : *parsed)
    result.push_back(x.key + "=" + x.text + "@"
                     + (x.line ? std::to_string(*x.line) : "?"));
  std::sort(result.begin(), result.end());
  return result;
}

using lines = std::vector<std::string>;

std::string refusal(const std::string& text) {
  auto parsed = parse_config_text("f", text);
  if (parsed)
    return "accepted";
  EXPECT_EQ(parsed.error(), errc::bad_config_file);
  return describe(parsed.error());
}

} // namespace

TEST(ConfigFile, AnEmptyFileHasNoEntries) {
  EXPECT_EQ(entries(""), lines{});
  EXPECT_EQ(entries("; only a comment"), lines{});
  EXPECT_EQ(entries("[node]\n"), lines{});
}

TEST(ConfigFile, EachKindOfValueBecomesText) {
  EXPECT_EQ(entries("[a]\n"
                    "text = \"x y\"\n"
                    "number = 42\n"
                    "time = 90s\n"
                    "short = 1500ms\n"
                    "flag = true\n"
                    "list = [\"p:1\", \"q:2\"]\n"
                    "last = 1.5"),
            (lines{"a.flag=true@6", "a.last=1.500000@8", "a.list=p:1,q:2@7",
                   "a.number=42@3", "a.short=1500ms@5", "a.text=x y@2",
                   "a.time=90s@4"}));
}

TEST(ConfigFile, SectionsMayBeWrittenWithBraces) {
  EXPECT_EQ(entries("node {\n  listen = \"h:1\"\n}\ntop = 1\n"),
            (lines{"node.listen=h:1@2", "top=1@4"}));
}

TEST(ConfigFile, LinesMayEndLikeOnWindows) {
  EXPECT_EQ(entries("[a]\r\nb = 1\r\nc = 2\r\n"),
            (lines{"a.b=1@2", "a.c=2@3"}));
}

TEST(ConfigFile, ANameInSeveralPlacesHasNoLine) {
  EXPECT_EQ(entries("[a]\nx = 1\n[b]\nx = 2\nxx = 3\n"),
            (lines{"a.x=1@?", "b.x=2@?", "b.xx=3@5"}));
}

TEST(ConfigFile, NamesInCommentsAndStringsAreNotTakenForKeys) {
  EXPECT_EQ(entries("; x = 0\n[a]\ny = \"x = \\\" x = 1\"\nx = 1 ; x = 2\n"),
            (lines{"a.x=1@4", "a.y=x = \" x = 1@3"}));
}

TEST(ConfigFile, SyntaxErrorsNameLineAndColumn) {
  auto hint = std::string{"; values are text in double quotes, numbers, times "
                          "such as 5s, and lists [a, b]"};
  EXPECT_EQ(refusal("[node]\nlisten = localhost\n"),
            "f:2:10: syntax error (unexpected_character)" + hint);
  EXPECT_EQ(refusal("listen = localhost\n"),
            "f:1:10: syntax error (unexpected_character)" + hint);
  EXPECT_EQ(refusal("[node]\nmax = 64MiB\n"),
            "f:2: syntax error (unexpected_newline)" + hint);
  EXPECT_EQ(refusal("[node\nlisten = 1\n"),
            "f:1: syntax error (unexpected_newline)" + hint);
  EXPECT_EQ(refusal("= 1\n"),
            "f:1:1: syntax error (trailing_character)" + hint);
  EXPECT_EQ(refusal("\n\n= 1\n"),
            "f:3:1: syntax error (trailing_character)" + hint);
}

TEST(ConfigFile, AFileThatEndsTooEarlyIsRefused) {
  for (auto text :
       {"[node]\nlisten = \"h:1", "[node]\nlisten =", "[node]\njoin = [",
        "[node]\njoin = [\"a:1\"", "node {\nlisten = \"h:1\"\n", "node {",
        "[node]\nlisten", "[nod"})
    EXPECT_TRUE(refusal(text).starts_with("f:"))
        << text << ": " << refusal(text);
  EXPECT_EQ(refusal("node {\nlisten = \"h:1\"\n"),
            "f: the file ends in the middle of a value or section");
}

TEST(ConfigFile, DeepNestingIsRefused) {
  EXPECT_EQ(refusal("[a]\nx = " + std::string(60'000, '[')),
            "f: brackets are nested more than 16 deep");
  EXPECT_EQ(entries("[a]\nx = \"" + std::string(20, '[') + "\"\n"),
            lines{"a.x=" + std::string(20, '[') + "@2"});
}

TEST(ConfigFile, AFileThatCannotBeReadIsNamed) {
  auto missing = read_config_file("/nonexistent/troupe.conf");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error(), errc::bad_config_file);
  EXPECT_EQ(describe(missing.error()),
            "/nonexistent/troupe.conf: No such file or directory");
  auto directory = read_config_file("/");
  ASSERT_FALSE(directory);
  EXPECT_EQ(describe(directory.error()), "/: Is a directory");
}

TEST(ConfigFile, SizeIsLimited) {
  test::temp_dir dir;
  auto fits = dir.write("fits", std::string(max_config_file_bytes, ' '));
  EXPECT_TRUE(read_config_file(fits));
  auto large = dir.write("large", std::string(max_config_file_bytes + 1, ' '));
  auto result = read_config_file(large);
  ASSERT_FALSE(result);
  EXPECT_EQ(describe(result.error()),
            large + ": the file is larger than 64KiB");
}

} // namespace troupe
