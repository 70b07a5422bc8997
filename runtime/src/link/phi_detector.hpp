// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "caf/timespan.hpp"

namespace troupe {

/// When a silent peer is suspected and when it counts as lost.
struct detection_options {
  /// A peer is sent a heartbeat this often. More often means earlier suspicion
  /// and more wake-ups of an idle program.
  caf::timespan heartbeat_interval = std::chrono::milliseconds{500};

  /// Suspicion at which a silent peer is suspected: a phi of 8 means that one
  /// such silence in 10^8 is not a failure. Higher means later and surer.
  double threshold = 8;

  /// A peer that is silent for this long is suspected whatever its heartbeats
  /// were like before.
  caf::timespan suspect_within = std::chrono::milliseconds{1'800};

  /// A peer that is silent for this long is lost.
  caf::timespan lost_within = std::chrono::milliseconds{4'700};
};

/// What is thought of a peer.
enum class peer_health : uint8_t { well = 1, suspected, lost };

/// Judges from the arrival of heartbeats whether a peer is still there.
///
/// The phi accrual detector (Hayashibara, Défago, Yared, Katayama: The phi
/// accrual failure detector, 2004): the intervals between heartbeats are taken
/// for normally distributed, and phi is the negative decimal logarithm of the
/// probability that a heartbeat is later than now. Everything that arrives is
/// a sign of life; only heartbeats are samples. A peer that sends every 500 ms
/// exactly is suspected after 1.35 s with the default threshold; one that is
/// late by up to a second now and then, after `suspect_within`. Pure value:
/// reads no clock, takes no lock.
class phi_detector {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// The last intervals that are remembered.
  static constexpr size_t window = 64;

  /// @param start Counts as a sign of life.
  phi_detector(const detection_options& options, time_point start);

  /// A heartbeat has arrived.
  void heartbeat(time_point now);

  /// Something else has arrived.
  void sign_of_life(time_point now);

  /// We ourselves stood still for `pause` up to `now`: what was silence in that
  /// time may wait in our own queues, and does not count.
  void forgive(caf::timespan pause, time_point now);

  /// Returns how suspicious the silence up to `now` is.
  double phi(time_point now) const;

  peer_health judge(time_point now) const;

  /// Returns how long nothing has arrived.
  caf::timespan silence(time_point now) const {
    return now - last_sign_;
  }

private:
  detection_options options_;
  time_point last_sign_;
  time_point last_heartbeat_;
  std::deque<double> intervals_;
  double sum_ = 0;
  double square_sum_ = 0;
};

} // namespace troupe
