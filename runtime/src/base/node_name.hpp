// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace troupe {

/// The longest name of a node or a role, in bytes.
constexpr size_t max_node_name_bytes = 64;

/// Role of nodes that only look at others, such as command line tools. Alone
/// and without workers it lets a node link to nodes with other message types,
/// of which it can take and send those that both know.
constexpr std::string_view tool_role = "tool";

/// Whether nodes and roles may be called `x`: characters `A-Z a-z 0-9 . _ -`,
/// which are safe in logs, addresses and file names.
inline bool is_node_name(std::string_view x) {
  auto fits = [](char ch) {
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
           || (ch >= '0' && ch <= '9') || ch == '.' || ch == '_' || ch == '-';
  };
  return !x.empty() && x.size() <= max_node_name_bytes
         && std::all_of(x.begin(), x.end(), fits);
}

} // namespace troupe
