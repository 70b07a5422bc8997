// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using clock = std::chrono::steady_clock;

/// What more of a metric means.
enum class better : uint8_t { higher = 1, lower };

/// One measured value of one run.
struct sample {
  std::string metric;
  std::string unit;
  better direction = better::higher;
  double value = 0;
};

using samples = std::vector<sample>;

/// What one run of one work gave.
struct outcome {
  samples values;

  /// What a reader must know about the values.
  std::vector<std::string> notes = {};
};

/// All subjects do the same amount of work. Who needs longer than this is
/// stopped, and judged by what it has done until then.
constexpr auto time_limit = std::chrono::seconds{10};

/// One piece of work that all subjects do.
struct work {
  std::string_view name;
  /// What it does, in one line.
  std::string_view text;
};

/// All works, in the order in which they run.
const std::vector<work>& works();

/// Runs `work` in this process on CAF actors: on cells and troupe's scheduler,
/// or on stock actors and CAF's scheduler.
/// @returns nothing if the subject cannot do this work.
outcome run_actors(std::string_view work, bool on_troupe);

/// Runs `work` in this process on TBB. Empty if built without.
outcome run_tbb(std::string_view work);

inline double seconds_since(clock::time_point t) {
  return std::chrono::duration<double>(clock::now() - t).count();
}

/// Computes for about `x`, without a system call.
inline void compute(std::chrono::nanoseconds x) {
  for (auto end = clock::now() + x; clock::now() < end;)
    ; // nop
}

/// Returns the value below which `share` of `xs` lie.
double percentile(std::vector<double> xs, double share);

} // namespace bench
