// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "work.hpp"

namespace bench {

/// Names of all peers.
const std::vector<std::string>& peers();

/// Returns why `subject` cannot run here, or nothing if it can.
std::optional<std::string> missing(const std::string& subject);

/// Returns the version of `subject`, or nothing if it cannot run here.
std::optional<std::string> version(const std::string& subject);

/// Runs one work once in a process of its own.
/// @returns no values if the subject does not do this work, nothing at all if
///          the process failed.
std::optional<outcome> run_in_process(const std::string& subject,
                                      const std::string& work);

/// Gets the peers from Debian's packages and npm.
/// @returns whether all commands succeeded.
bool install_peers();

} // namespace bench
