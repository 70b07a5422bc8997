// SPDX-License-Identifier: Apache-2.0

#include "input.hpp"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

namespace fib_app {

using troupe::describe;

namespace {

caf::expected<task_list> parse(const std::string& text) {
  std::istringstream in{text};
  return parse_tasks(in, "in.txt");
}

task_list tasks_in(const std::string& text) {
  auto result = parse(text);
  EXPECT_TRUE(result) << describe(result.error());
  return result ? *result : task_list{};
}

std::string problem_in(const std::string& text) {
  auto result = parse(text);
  EXPECT_FALSE(result);
  if (result)
    return {};
  EXPECT_EQ(result.error(), troupe::errc::bad_input);
  return describe(result.error());
}

} // namespace

TEST(Input, TakesOneNALine) {
  EXPECT_EQ(tasks_in("40\n0\n90\n"), (task_list{40, 0, 90}));
}

TEST(Input, TakesALastLineWithoutLineBreak) {
  EXPECT_EQ(tasks_in("1\n2"), (task_list{1, 2}));
}

TEST(Input, IgnoresBlanksWindowsLineEndsAndByteOrderMark) {
  EXPECT_EQ(tasks_in("\xef\xbb\xbf 7 \r\n\r\n   \n8\r\n"), (task_list{7, 8}));
}

TEST(Input, FindsTheColumnOfCsv) {
  EXPECT_EQ(tasks_in("task,n,note\n1,30,x\n2,31,\"y, z\"\n"),
            (task_list{30, 31}));
  EXPECT_EQ(tasks_in("n\n5\n"), task_list{5});
  EXPECT_EQ(tasks_in("\"a\",\" n \"\n1,\"6\"\n"), task_list{6});
}

TEST(Input, NamesLineAndValueOfTextThatIsNoNumber) {
  EXPECT_EQ(problem_in("1\nabc\n"),
            "in.txt, line 2: \"abc\" is not a whole number");
  EXPECT_EQ(problem_in("1\n\n2.5\n"),
            "in.txt, line 3: \"2.5\" is not a whole number");
  EXPECT_EQ(problem_in("n,m\n,1\n"),
            "in.txt, line 2: \"\" is not a whole number");
}

TEST(Input, NamesLineValueAndRangeOfAWrongNumber) {
  EXPECT_EQ(problem_in("-1\n"), "in.txt, line 1: n is -1, must be 0 to 90");
  EXPECT_EQ(problem_in("90\n91\n"), "in.txt, line 2: n is 91, must be 0 to 90");
  EXPECT_EQ(problem_in("1\n99999999999999999999\n"),
            "in.txt, line 2: n is 99999999999999999999, must be 0 to 90");
}

TEST(Input, RefusesAFirstLineThatIsNeitherNumberNorHeader) {
  EXPECT_EQ(problem_in("hello\n1\n"),
            "in.txt, line 1: \"hello\" is neither a number nor a CSV header "
            "with a column n");
  EXPECT_EQ(problem_in("1,2\n3,4\n"),
            "in.txt, line 1: \"1,2\" is neither a number nor a CSV header "
            "with a column n");
}

TEST(Input, RefusesARowWithoutTheColumn) {
  EXPECT_EQ(problem_in("a,n\n1\n"),
            "in.txt, line 2: \"1\" has no column n, which is number 2");
}

TEST(Input, RefusesARowWithAnOpenQuote) {
  EXPECT_EQ(problem_in("n\n\"1\n"),
            "in.txt, line 2: a quote is not closed, or text follows it");
}

TEST(Input, RefusesEmptyInput) {
  EXPECT_EQ(problem_in(""), "in.txt: holds no task");
  EXPECT_EQ(problem_in("\n \n"), "in.txt: holds no task");
  EXPECT_EQ(problem_in("a,n\n"), "in.txt: holds no task");
}

TEST(Input, RefusesALineThatIsTooLong) {
  EXPECT_EQ(problem_in("1\n" + std::string(max_line_bytes + 1, '1')),
            "in.txt, line 2: longer than 4096 bytes");
  auto longest = std::string(max_line_bytes - 1, ' ') + "1";
  EXPECT_EQ(tasks_in(longest + "\n"), task_list{1});
}

TEST(Input, ShowsBinaryRubbishOnOneLineOfText) {
  auto text = problem_in("1\n\x01\x80\"\x1b[31m\n");
  EXPECT_EQ(text, "in.txt, line 2: \"\\x01\\x80\"\\x1b[31m\" is not a whole "
                  "number");
}

TEST(Input, NamesAFileThatIsMissingOrADirectory) {
  EXPECT_EQ(describe(read_tasks("/nowhere/at/all").error()),
            "/nowhere/at/all: No such file or directory");
  EXPECT_EQ(describe(read_tasks("/").error()), "/: is a directory");
}

} // namespace fib_app
