// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "caf/timespan.hpp"

#include "troupe/actors/imaging.hpp"

#include "common/page.hpp"

namespace imaging {

/// What came of a run.
struct summary {
  troupe::image_task task;
  size_t tiles = 0;
  size_t workers = 0;
  size_t cores = 0;
  caf::timespan parallel{0};

  /// On the calling thread.
  std::optional<caf::timespan> sequential = {};

  /// Samples that are not as on the calling thread.
  std::optional<uint64_t> differing = {};

  uint64_t restarts = 0;

  /// Returns how well the cores were used, if there is something to compare
  /// with.
  std::optional<double> efficiency() const;
};

std::string report(const summary& x, app::colours c);

/// One line.
std::string to_json(const summary& x);

} // namespace imaging
