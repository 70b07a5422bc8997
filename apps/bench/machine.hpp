// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <nlohmann/json.hpp>

namespace bench {

/// Returns what figures of this machine depend on: processor, cores that exist
/// and that may be used, memory, operating system, load, how this program was
/// built, and versions of the subjects that can run here.
nlohmann::json machine();

} // namespace bench
