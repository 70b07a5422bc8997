// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "common/line_plot.hpp"
#include "common/page.hpp"
#include "lloyd.hpp"
#include "options.hpp"

namespace kmeans {

/// A run in figures.
struct summary {
  size_t points = 0;
  uint32_t dims = 0;
  outcome found = {};

  /// The same on one thread.
  std::optional<outcome> alone = {};

  size_t workers = 0;
  uint64_t restarts = 0;

  /// Returns whether one thread found the same, bit for bit.
  /// @pre `alone`
  bool equal() const;

  /// Returns how well the workers were used.
  /// @pre `alone`
  double efficiency() const;
};

/// Returns a run as a page for people.
std::string report(const summary& x, app::colours c);

/// Returns a run as one JSON object without a line break. The keys are listed
/// in `--help`.
std::string to_json(const summary& x, const options& opts);

/// Returns the inertia over the iterations.
app::line_plot course(const summary& x);

} // namespace kmeans
