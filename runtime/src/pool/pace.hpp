// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <optional>

#include "caf/timespan.hpp"

namespace troupe {

/// How long a task takes on one worker, judged by the last few.
///
/// Quick to believe that tasks got longer, slow to believe that they got
/// shorter: handing a worker too much hurts more than handing it too little.
/// The estimate is the larger of a moving average (each task weighs 1/8) and of
/// a peak that halves with each task.
class pace {
public:
  /// Takes note of a task that took `x`.
  void add(caf::timespan x) {
    average_ = average_ ? *average_ + (x - *average_) / 8 : x;
    peak_ = std::max(x, peak_ / 2);
  }

  /// Returns the expected time of the next task, nothing before the first.
  std::optional<caf::timespan> estimate() const {
    if (!average_)
      return std::nullopt;
    return std::max(*average_, peak_);
  }

private:
  std::optional<caf::timespan> average_;
  caf::timespan peak_{0};
};

} // namespace troupe
