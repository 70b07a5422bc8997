// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <ostream>

#include <gtest/gtest.h>

#include "common/exit_code.hpp"
#include "fib_program.hpp"
#include "listening_socket.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace fib_app {

using troupe::test::command;
using troupe::test::temp_dir;

namespace {

using app::exit_code;

/// A command line that is refused, with `%` for a directory that holds the
/// file `in` and nothing else.
struct refusal {
  std::string name;
  std::vector<std::string> arguments;
  std::string input;
  exit_code code;

  /// What the line on standard error must say.
  std::string says;
};

void PrintTo(const refusal& x, std::ostream* out) {
  *out << x.name;
}

bool is_one_line(const std::string& x) {
  return !x.empty() && x.find('\n') == x.size() - 1;
}

class bad_input : public ::testing::TestWithParam<refusal> {};

const refusal refusals[] = {
    {"NegativeN", {"--n", "-1"}, "", exit_code::usage, "must be 0 to 90"},
    {"NOver90", {"--n", "91"}, "", exit_code::usage, "must be 0 to 90"},
    {"TextForN", {"--n", "many"}, "", exit_code::usage, "\"many\""},
    {"NegativeNInAFile",
     {"--input", "%/in"},
     "3\n-1\n",
     exit_code::usage,
     "in, line 2: n is -1, must be 0 to 90"},
    {"NOver90InAFile",
     {"--input", "%/in"},
     "n\n91\n",
     exit_code::usage,
     "in, line 2: n is 91, must be 0 to 90"},
    {"TextInAFile",
     {"--input", "%/in"},
     "3\n4\nfour\n",
     exit_code::usage,
     "in, line 3: \"four\" is not a whole number"},
    {"EmptyFile", {"--input", "%/in"}, "", exit_code::usage, "holds no task"},
    {"MissingFile",
     {"--input", "%/none"},
     "",
     exit_code::usage,
     "No such file or directory"},
    {"DirectoryAsInput",
     {"--input", "%"},
     "",
     exit_code::usage,
     "is a directory"},
    {"ServeWithoutAddress",
     {"--serve"},
     "",
     exit_code::usage,
     "--serve needs --listen or --join"},
    {"NobodyToWork",
     {"--workers", "0"},
     "",
     exit_code::usage,
     "--workers 0 needs --listen or --join"},
    {"UnknownOption", {"--speed", "9"}, "", exit_code::usage, "--speed"},
    {"IsolationOnNodesWithoutAny",
     {"--isolation", "node"},
     "",
     exit_code::usage,
     "--isolation node needs --listen or --join"},
    {"NoAddress",
     {"--join", "nonsense"},
     "",
     exit_code::usage,
     "\"nonsense\" is not an address HOST:PORT"},
    {"EmptyAddress",
     {"--serve", "--join", ""},
     "",
     exit_code::usage,
     "--join needs an address"},
    {"ForeignAddressWithoutInsecure",
     {"--listen", "0.0.0.0:0"},
     "",
     exit_code::usage,
     "not a loopback address"},
    {"MissingConfiguration",
     {"--config", "%/none"},
     "",
     exit_code::usage,
     "No such file or directory"},
    {"OutputInAMissingDirectory",
     {"--output", "%/no/out.csv"},
     "",
     exit_code::output,
     "No such file or directory"},
    {"DirectoryAsOutput",
     {"--output", "%"},
     "",
     exit_code::output,
     "directory"},
    {"FullDevice",
     {"--n", "3", "--output", "/dev/full"},
     "",
     exit_code::output,
     "/dev/full: No space left on device"},
};

} // namespace

TEST_P(bad_input, IsRefusedWithOneLineAndItsCode) {
  auto x = GetParam();
  temp_dir dir;
  dir.write("in", x.input);
  for (auto& argument : x.arguments)
    if (argument.starts_with('%'))
      argument.replace(0, 1, dir.path());
  auto result = run_fib(x.arguments);
  EXPECT_EQ(result.report.code, static_cast<int>(x.code));
  EXPECT_TRUE(is_one_line(result.err)) << result.err;
  EXPECT_TRUE(result.err.starts_with("fib: ")) << result.err;
  EXPECT_NE(result.err.find(x.says), std::string::npos) << result.err;
  auto files = std::filesystem::directory_iterator{dir.path()};
  EXPECT_EQ(std::distance(files, {}), 1) << "something was left behind";
}

INSTANTIATE_TEST_SUITE_P(FibProgram, bad_input, ::testing::ValuesIn(refusals),
                         [](auto& x) { return x.param.name; });

TEST(FibProgram, SaysThatAPortIsInUse) {
  listening_socket other;
  for (std::string mode : {"--json", "--serve"}) {
    auto x = run_fib({mode, "--listen", other.address()});
    EXPECT_EQ(x.report.code, static_cast<int>(exit_code::network));
    EXPECT_TRUE(is_one_line(x.err)) << x.err;
    EXPECT_NE(x.err.find(other.address()), std::string::npos) << x.err;
  }
}

TEST(FibProgram, SaysThatNobodyListens) {
  std::string address;
  {
    listening_socket closed_soon;
    address = closed_soon.address();
  }
  auto x = run_fib({"--join", address});
  EXPECT_EQ(x.report.code, static_cast<int>(exit_code::network));
  EXPECT_TRUE(is_one_line(x.err)) << x.err;
  EXPECT_NE(x.err.find(address), std::string::npos) << x.err;
}

TEST(FibProgram, GivesUpOnAPeerThatSaysNothing) {
  listening_socket silent;
  auto x = run_fib({"--join", silent.address()});
  EXPECT_EQ(x.report.code, static_cast<int>(exit_code::network));
  EXPECT_TRUE(is_one_line(x.err)) << x.err;
  EXPECT_NE(x.err.find(silent.address()), std::string::npos) << x.err;
}

TEST(FibProgram, SaysThatStandardOutputIsFull) {
  command line{
      .line = {"sh", "-c", "exec \"$0\" --n 3 > /dev/full",
               troupe::test::built_program("fib")},
  };
  auto x = troupe::test::run(line, patience);
  ASSERT_TRUE(x);
  EXPECT_EQ(x->report.code, static_cast<int>(exit_code::output));
  EXPECT_EQ(x->err, "fib: standard output cannot be written\n");
}

} // namespace fib_app
