// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

#include "support/process.hpp"

namespace fib_app {

/// Far more than anything takes, also on a machine that is busy otherwise.
inline constexpr auto patience = std::chrono::seconds{45};

/// Returns `fib` with these arguments as a command.
troupe::test::command fib(std::vector<std::string> arguments);

/// Runs `fib` to its end; fails the test if it does not end.
troupe::test::finished run_fib(std::vector<std::string> arguments,
                               std::string input = {});

/// Returns the object on the last line; fails the test if there is none.
nlohmann::json last_json(const std::string& out);

/// Returns what `nodes` says about the tasks of a node, 0 without an entry.
uint64_t tasks_of(const nlohmann::json& result, const std::string& node);

/// Returns the address in a line such as `serving as a on 127.0.0.1:4000 with
/// 1 worker`.
std::string address_in(const std::string& line);

/// Returns the processor time that a process has used.
std::chrono::milliseconds cpu_time(pid_t x);

/// Waits until a process has computed for so long.
[[nodiscard]] bool has_computed(const troupe::test::process& x,
                                std::chrono::milliseconds time);

} // namespace fib_app
