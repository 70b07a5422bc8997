// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/page.hpp"
#include "works.hpp"

namespace hashing {

/// Returns a work as a page for people.
std::string report(const outcome& x, app::colours c);

/// Returns a work as one JSON object without a line break. The keys are listed
/// in `--help`.
std::string to_json(const outcome& x, size_t workers, uint64_t restarts);

} // namespace hashing
