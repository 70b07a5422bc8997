// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "common/line_plot.hpp"
#include "common/page.hpp"
#include "course.hpp"
#include "options.hpp"

namespace nbody {

/// Largest deviation that may come from rounding.
constexpr double max_deviation = 1e-9;

/// What came of a run.
struct summary {
  course parallel;

  /// On the calling thread.
  std::optional<course> sequential = {};

  size_t workers = 0;
  size_t cores = 0;
  size_t frames = 0;
  uint64_t restarts = 0;

  /// Returns how well the cores were used, if there is something to compare
  /// with.
  std::optional<double> efficiency() const;

  std::optional<double> deviation() const;

  /// Whether the workers agree with the calling thread, as far as that is
  /// known.
  bool agrees() const;
};

std::string report(const summary& x, const options& opts, app::colours c);

/// One line.
std::string to_json(const summary& x, const options& opts);

/// Returns the energy over time.
app::line_plot energy_plot(const summary& x, const options& opts);

} // namespace nbody
