// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "troupe/base/errc.hpp"
#include "troupe/buffer/buffer_options.hpp"
#include "troupe/config.hpp"
#include "troupe/remote/node_options.hpp"

namespace troupe {

/// Everything that options may change.
struct option_values {
  node_options node;
  buffer_options buffer;
  size_t threads = 1;
  scheduler_policy policy = scheduler_policy::troupe;
  worker_placement placement = worker_placement::floating;
};

/// Why a text is not accepted.
struct rejection {
  errc code;

  /// One line that shows the text and says what is allowed.
  std::string text;
};

/// One row of the table from which files, variables, command lines, help texts
/// and documentation are made.
struct option_row {
  option_info info;

  /// Sets the value from text, or says what is wrong and changes nothing.
  std::function<std::optional<rejection>(option_values&, std::string_view)> set;
};

constexpr size_t max_threads = 1024;

/// Returns all options; keys are unique.
std::vector<option_row> option_table();

} // namespace troupe
