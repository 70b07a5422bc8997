// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/timespan.hpp"

#include "troupe/remote/node_event.hpp"

namespace node_app {

/// What the lines of the program look like.
enum class line_style : uint8_t { text = 1, json };

/// What a node says of itself once it is ready.
struct readiness {
  std::string name;

  /// Empty if it accepts no links.
  std::string address;

  size_t workers = 0;
  std::vector<std::string> roles = {};

  /// Actors that others may start.
  std::vector<std::string> types;
};

// Each returns one line without its end.

std::string ready_line(const readiness& x, line_style style);

/// Says where browsers find the page that shows the node.
std::string page_line(const std::string& url, line_style style);

std::string node_line(const troupe::node_event& x, line_style style);

/// Tells that lines could not be written.
std::string lost_line(uint64_t count, const std::string& why, line_style style);

std::string draining_line(caf::timespan limit, line_style style);

/// Whether nothing was left running.
enum class drain_outcome : uint8_t { empty = 1, overdue };

std::string stopped_line(drain_outcome x, line_style style);

} // namespace node_app
