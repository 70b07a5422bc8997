// SPDX-License-Identifier: Apache-2.0

#include "process/stop_plan.hpp"

namespace troupe {

stop_plan::stop_plan(caf::timespan quit_timeout, caf::timespan term_timeout)
    : quit_timeout_(quit_timeout), term_timeout_(term_timeout) {
  // nop
}

std::optional<stop_phase> stop_plan::stop(time_point now) {
  if (phase_ != stop_phase::running)
    return std::nullopt;
  phase_ = stop_phase::asked;
  due_ = now + quit_timeout_;
  return phase_;
}

std::optional<stop_phase> stop_plan::kill() {
  if (phase_ == stop_phase::killed)
    return std::nullopt;
  phase_ = stop_phase::killed;
  return phase_;
}

std::optional<stop_phase> stop_plan::tick(time_point now) {
  if (!deadline() || now < due_)
    return std::nullopt;
  if (phase_ == stop_phase::asked) {
    phase_ = stop_phase::terminated;
    due_ = now + term_timeout_;
    return phase_;
  }
  return kill();
}

std::optional<stop_plan::time_point> stop_plan::deadline() const noexcept {
  if (phase_ == stop_phase::running || phase_ == stop_phase::killed)
    return std::nullopt;
  return due_;
}

} // namespace troupe
