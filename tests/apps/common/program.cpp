// SPDX-License-Identifier: Apache-2.0

#include "program.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/eventually.hpp"

namespace app {

namespace {

namespace fs = std::filesystem;

using troupe::test::finished;

/// Returns the fields of /proc/PID/stat after the name, from the state on.
std::vector<std::string> stat_fields(pid_t x) {
  std::ifstream in{"/proc/" + std::to_string(x) + "/stat"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  // The name of the program, in parentheses, may hold anything.
  std::istringstream fields{text.substr(text.rfind(')') + 1)};
  return {std::istream_iterator<std::string>{fields}, {}};
}

int64_t number(const std::vector<std::string>& fields, size_t i) {
  return i < fields.size() ? std::stoll(fields[i]) : 0;
}

} // namespace

troupe::test::command program(const std::string& name,
                              std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), troupe::test::built_program(name));
  return {.line = std::move(arguments)};
}

finished run_program(const std::string& name,
                     std::vector<std::string> arguments, std::string input) {
  auto line = program(name, std::move(arguments));
  line.input = std::move(input);
  auto result = troupe::test::run(line, test_patience);
  if (!result) {
    ADD_FAILURE() << name << " does not end";
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

std::vector<pid_t> children_of(pid_t x) {
  std::vector<pid_t> result;
  for (auto& entry : fs::directory_iterator{"/proc"}) {
    auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != name.npos)
      continue;
    auto pid = static_cast<pid_t>(std::stol(name));
    auto fields = stat_fields(pid);
    if (number(fields, 1) == x && fields[0] != "Z")
      result.push_back(pid);
  }
  return result;
}

std::chrono::milliseconds cpu_time(pid_t x) {
  auto fields = stat_fields(x);
  return std::chrono::milliseconds{(number(fields, 11) + number(fields, 12))
                                   * 1'000 / sysconf(_SC_CLK_TCK)};
}

nlohmann::json json_after_a_kill(const std::string& name,
                                 std::vector<std::string> arguments) {
  for (auto* more : {"--isolation", "process", "--workers", "2", "--json"})
    arguments.emplace_back(more);
  troupe::test::process run{program(name, std::move(arguments))};
  // More than a start takes.
  constexpr auto in_the_middle = std::chrono::milliseconds{200};
  auto killed = troupe::test::eventually(test_patience, [&] {
    for (auto child : children_of(run.pid()))
      if (cpu_time(child) >= in_the_middle)
        return ::kill(child, SIGKILL) == 0;
    return false;
  });
  EXPECT_TRUE(killed);
  auto report = run.wait(test_patience);
  if (!report) {
    ADD_FAILURE() << name << " does not end";
    return {};
  }
  EXPECT_EQ(report->code, 0) << run.err();
  EXPECT_NE(run.err().find("SIGKILL"), std::string::npos) << run.err();
  return last_json(run.out());
}

void expect_refusal(const std::string& name, std::vector<std::string> arguments,
                    int code, const std::string& what) {
  auto x = run_program(name, std::move(arguments));
  EXPECT_EQ(x.report.code, code) << x.err;
  EXPECT_TRUE(x.err.starts_with(name + ": ")) << x.err;
  EXPECT_EQ(x.err.find('\n'), x.err.size() - 1) << x.err;
  EXPECT_NE(x.err.find(what), std::string::npos) << x.err;
}

} // namespace app
