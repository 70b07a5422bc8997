// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "troupe/observe/metrics.hpp"
#include "troupe/scheduling/run_time_histogram.hpp"
#include "troupe/supervision/supervision_event.hpp"

namespace troupe {

struct node_snapshot;
struct observed_child;

/// Returns the path of a child's supervisor and what its children have in
/// common.
std::string type_of(const observed_child& x);

/// Adds up what children have done, by type. Nothing is ever subtracted: what
/// an incarnation has done stays counted when it is gone. Pure value.
///
/// Remembers what was counted of each incarnation that runs, some 200 bytes.
class type_totals {
public:
  /// Counts what children have done since the last look.
  void look(const node_snapshot& x);

  /// Counts failures and restarts, and what an incarnation has done that has
  /// ended.
  void book(const supervision_event& x);

  /// By type; at most `max_type_series` of them and `other`.
  const std::map<std::string, type_counts>& counts() const noexcept {
    return counts_;
  }

private:
  using histogram = std::array<uint32_t, run_time_histogram::size>;

  /// What an incarnation had done when it was looked at.
  struct seen {
    uint64_t generation = 0;
    /// Zero if it has only been booked.
    uint64_t actor = 0;
    uint64_t look = 0;
    uint64_t handled = 0;
    uint64_t refused = 0;
    uint64_t dropped = 0;
    caf::timespan run_time{0};
    histogram run_times = {};
    histogram wait_times = {};
  };

  type_counts& of(const std::string& type);

  static void add(const cell_work& now, seen& before, type_counts& to);

  seen* place_for(const std::string& path);

  std::map<std::string, type_counts> counts_;
  std::unordered_map<std::string, seen> seen_;
  uint64_t look_ = 0;
};

} // namespace troupe
