// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "work.hpp"

namespace bench {

/// All subjects, `troupe` first.
const std::vector<std::string>& subjects();

/// Returns why `subject` cannot run here, or nothing if it can.
std::optional<std::string> missing(const std::string& subject);

/// Runs one work once in a process of its own.
/// @returns nothing if the subject does not do this work or failed.
samples run_in_child(const std::string& subject, std::string_view work);

/// Gets the peers from Debian's packages and npm.
/// @returns the exit status of the failed command, or zero.
int install_peers();

} // namespace bench
