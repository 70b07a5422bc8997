// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "caf/timespan.hpp"

#include "common/regular_file.hpp"
#include "common/workshop.hpp"
#include "options.hpp"

namespace wordcount {

/// What was found.
struct outcome {
  uint64_t bytes = 0;
  uint64_t words = 0;
  uint64_t distinct = 0;
  size_t spills = 0;

  /// The most frequent words, of several with the same count those that come
  /// first.
  std::vector<std::pair<std::string, uint64_t>> top;

  caf::timespan wall{0};
};

/// Counts the words of a file and writes what the options ask for.
/// @returns `ok`, or what to exit with after a line on standard error.
exit_code count(app::workshop& shop, const app::regular_file& file,
                const options& opts, outcome& result);

} // namespace wordcount
