// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/run_time_histogram.hpp"

namespace troupe {

struct node_snapshot;

/// What the children of one type have done since the observer started, those
/// that are gone included.
struct type_counts {
  using histogram = std::array<uint64_t, run_time_histogram::size>;

  uint64_t handled = 0;
  uint64_t refused = 0;
  uint64_t dropped = 0;
  uint64_t failures = 0;
  uint64_t restarts = 0;
  caf::timespan run_time{0};

  /// As in `run_time_histogram`: how long messages took, and how long a sample
  /// of them had waited.
  histogram run_times = {};
  histogram wait_times = {};
};

/// What an observer has counted since it started.
struct observer_counts {
  /// Failures of children by the name of the error, such as
  /// `unhandled_exception`.
  std::map<std::string, uint64_t> failures = {};

  /// Dead letters by reason.
  std::map<std::string, uint64_t> dead_letters = {};

  /// Events by level.
  std::map<std::string, uint64_t> events = {};

  /// By type: the path of the supervisor and what its children have in common.
  /// At most `max_type_series` and `other_types`.
  std::map<std::string, type_counts> types = {};
};

/// Children that have series of their own; further ones only count for their
/// type.
constexpr size_t max_child_series = 1'000;

/// Types of children that have series of their own; further ones count together
/// as `other_types`.
constexpr size_t max_type_series = 200;
constexpr auto other_types = "other";

/// Pools, links, peers and worker processes that have series; further ones have
/// none.
constexpr size_t max_pool_series = 100;
constexpr size_t max_link_series = 200;
constexpr size_t max_process_series = 1'000;

/// Returns what is known of a node in the text format of Prometheus
/// (version 0.0.4): of children by their type, and of children that are not
/// dynamic by their path; of the scheduler, pools, processes, links and peers.
///
/// The number of series is limited whatever runs. No counter by type becomes
/// smaller while the observer lives; one of a process, a pool or a link begins
/// again with its successor. What an incarnation does is counted whenever
/// somebody looks, and at its end; of an actor that was lost with another node,
/// what it did after the last news of it is not.
std::string to_prometheus(const node_snapshot& x,
                          const observer_counts& counts);

} // namespace troupe
