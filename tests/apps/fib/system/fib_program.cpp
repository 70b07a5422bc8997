// SPDX-License-Identifier: Apache-2.0

#include "fib_program.hpp"

#include <fstream>
#include <sstream>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/eventually.hpp"

namespace fib_app {

using troupe::test::command;
using troupe::test::finished;
using troupe::test::process;

command fib(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), troupe::test::built_program("fib"));
  return {.line = std::move(arguments)};
}

finished run_fib(std::vector<std::string> arguments, std::string input) {
  auto line = fib(std::move(arguments));
  line.input = std::move(input);
  auto result = troupe::test::run(line, patience);
  if (!result) {
    ADD_FAILURE() << "fib does not end";
    return {};
  }
  return *result;
}

nlohmann::json last_json(const std::string& out) {
  auto end = out.find_last_not_of('\n');
  auto begin = out.rfind('\n', end);
  auto line = out.substr(begin + 1, end - begin);
  auto result = nlohmann::json::parse(line, nullptr, false);
  EXPECT_TRUE(result.is_object()) << out;
  return result;
}

uint64_t tasks_of(const nlohmann::json& result, const std::string& node) {
  for (auto& x : result["nodes"])
    if (x["name"] == node)
      return x["tasks"];
  return 0;
}

std::string address_in(const std::string& line) {
  auto begin = line.find(" on ");
  if (begin == line.npos) {
    ADD_FAILURE() << "no address in: " << line;
    return {};
  }
  begin += 4;
  return line.substr(begin, line.find(' ', begin) - begin);
}

std::chrono::milliseconds cpu_time(pid_t x) {
  std::ifstream in{"/proc/" + std::to_string(x) + "/stat"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  // The name of the program, in parentheses, may hold anything.
  std::istringstream fields{text.substr(text.rfind(')') + 1)};
  std::string skipped;
  for (int i = 0; i < 11; ++i)
    fields >> skipped;
  int64_t user = 0;
  int64_t system = 0;
  fields >> user >> system;
  return std::chrono::milliseconds{(user + system) * 1'000
                                   / sysconf(_SC_CLK_TCK)};
}

bool has_computed(const process& x, std::chrono::milliseconds time) {
  return troupe::test::eventually(patience,
                                  [&] { return cpu_time(x.pid()) >= time; });
}

} // namespace fib_app
