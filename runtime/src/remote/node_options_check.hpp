// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "troupe/base/errc.hpp"
#include "troupe/remote/node_options.hpp"

namespace troupe {

/// A wrong field of an options struct.
struct field_problem {
  /// Key of the field in `troupe::config`.
  std::string_view key;

  errc code;

  /// One line that shows the value and says what is allowed.
  std::string text;
};

/// Returns the first wrong field of `x`, if any.
std::optional<field_problem> first_problem(const node_options& x);

} // namespace troupe
