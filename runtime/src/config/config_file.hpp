// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "caf/expected.hpp"

namespace troupe {

/// One `key = value` of a configuration file.
struct file_entry {
  /// Section and name, such as `node.listen`.
  std::string key;

  /// The value as a person would give it on a command line; the elements of a
  /// list are separated by commas.
  std::string text;

  /// Line of the key; nothing if the name stands in the file several times.
  std::optional<size_t> line;
};

/// Largest file that is read.
constexpr size_t max_config_file_bytes = size_t{64} << 10;

/// Reads CAF's configuration syntax.
/// @returns the entries, or `errc::bad_config_file` with one line that begins
///          with `path` and, for a mistake in the syntax, line and column.
caf::expected<std::vector<file_entry>>
read_config_file(const std::string& path);

/// Does the same for text that came from the file `path`.
caf::expected<std::vector<file_entry>>
parse_config_text(const std::string& path, std::string text);

} // namespace troupe
