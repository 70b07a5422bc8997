// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "troupe/base/type_ids.hpp"

namespace troupe {

struct node_snapshot;

/// What an observer has counted since it started.
struct observer_counts {
  /// Failures of children by the name of the error, such as
  /// `unhandled_exception`.
  std::map<std::string, uint64_t> failures = {};

  /// Dead letters by reason.
  std::map<std::string, uint64_t> dead_letters = {};

  /// Events by level.
  std::map<std::string, uint64_t> events = {};
};

/// Children that have series of their own; further ones only count for their
/// type.
constexpr size_t max_child_series = 1'000;

/// Types of children that have series of their own; further ones count together
/// as type `other`.
constexpr size_t max_type_series = 200;

/// Returns what is known of a node in the text format of Prometheus
/// (version 0.0.4): of children by their type, which is the path of the
/// supervisor and what its children have in common, and of children that are
/// not dynamic by their path; of the scheduler, pools, processes and peers.
///
/// The number of series is limited whatever runs. Numbers of messages and times
/// are those of the present incarnations: a counter that has become smaller is
/// one whose child was restarted.
std::string to_prometheus(const node_snapshot& x,
                          const observer_counts& counts);

} // namespace troupe
