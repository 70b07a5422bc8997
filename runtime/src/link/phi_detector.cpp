// SPDX-License-Identifier: Apache-2.0

#include "link/phi_detector.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

namespace {

/// The standard deviation is not taken for less than this share of the
/// heartbeat interval: timers and schedulers are not exact.
constexpr double min_deviation = 0.3;

double seconds(caf::timespan x) {
  return std::chrono::duration<double>(x).count();
}

} // namespace

phi_detector::phi_detector(const detection_options& options, time_point start)
    : options_(options), last_sign_(start), last_heartbeat_(start) {
  // nop
}

void phi_detector::heartbeat(time_point now) {
  auto interval = seconds(now - last_heartbeat_);
  last_heartbeat_ = now;
  sign_of_life(now);
  intervals_.push_back(interval);
  sum_ += interval;
  square_sum_ += interval * interval;
  if (intervals_.size() > window) {
    auto oldest = intervals_.front();
    intervals_.pop_front();
    sum_ -= oldest;
    square_sum_ -= oldest * oldest;
  }
}

void phi_detector::sign_of_life(time_point now) {
  last_sign_ = std::max(last_sign_, now);
}

void phi_detector::forgive(caf::timespan pause, time_point now) {
  last_sign_ = std::min(last_sign_ + pause, now);
  last_heartbeat_ = std::min(last_heartbeat_ + pause, now);
}

double phi_detector::phi(time_point now) const {
  auto expected = seconds(options_.heartbeat_interval);
  auto mean = expected;
  auto deviation = 0.0;
  if (!intervals_.empty()) {
    auto count = static_cast<double>(intervals_.size());
    // A burst of heartbeats that had been held up must not make us hasty.
    mean = std::max(expected, sum_ / count);
    deviation = std::sqrt(
        std::max(0.0, square_sum_ / count - (sum_ / count) * (sum_ / count)));
  }
  deviation = std::max(deviation, min_deviation * expected);
  auto later = 0.5
               * std::erfc((seconds(silence(now)) - mean)
                           / (deviation * std::sqrt(2.0)));
  return -std::log10(later);
}

peer_health phi_detector::judge(time_point now) const {
  if (silence(now) >= options_.lost_within)
    return peer_health::lost;
  if (silence(now) >= options_.suspect_within || phi(now) >= options_.threshold)
    return peer_health::suspected;
  return peer_health::well;
}

} // namespace troupe
