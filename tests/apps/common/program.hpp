// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

#include "support/process.hpp"

namespace app {

/// Far more than anything takes, also on a machine that is busy otherwise.
inline constexpr auto test_patience = std::chrono::seconds{45};

/// Returns a program with these arguments as a command.
troupe::test::command program(const std::string& name,
                              std::vector<std::string> arguments);

/// Runs a program to its end; fails the test if it does not end.
troupe::test::finished run_program(const std::string& name,
                                   std::vector<std::string> arguments,
                                   std::string input = {});

/// Returns the object on the last line; fails the test if there is none.
nlohmann::json last_json(const std::string& out);

/// Returns the processes that a process has started and that still run.
std::vector<pid_t> children_of(pid_t x);

/// Returns the processor time that a process has used.
std::chrono::milliseconds cpu_time(pid_t x);

/// Runs a program with two workers in processes of their own, and kills one of
/// them in the middle of its work. Fails the test if nothing was killed or the
/// program does not succeed.
/// @returns the object on the last line
nlohmann::json json_after_a_kill(const std::string& name,
                                 std::vector<std::string> arguments);

/// Expects that a program ends with `code` and one line on standard error that
/// begins with its name and says `what`.
void expect_refusal(const std::string& name, std::vector<std::string> arguments,
                    int code, const std::string& what);

} // namespace app
