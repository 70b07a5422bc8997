// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "caf/expected.hpp"

namespace troupe {

/// A name in a directory, and the node it belongs to.
struct qualified_name {
  std::string name;

  /// Nothing for this node.
  std::optional<std::string> node;
};

/// Reads `name` or `name@node`.
/// @returns `errc::invalid_option` with one line if `text` is neither.
caf::expected<qualified_name> parse_qualified_name(std::string_view text);

/// Reads a name of this node, which holds no `@`.
/// @returns `errc::invalid_option` with one line if `text` is none.
caf::expected<std::string> parse_local_name(std::string_view text);

} // namespace troupe
