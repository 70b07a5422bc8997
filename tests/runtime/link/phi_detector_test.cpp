// SPDX-License-Identifier: Apache-2.0

#include "link/phi_detector.hpp"

#include <chrono>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace troupe {

namespace {

using namespace std::chrono_literals;

using time_point = phi_detector::time_point;

time_point at(caf::timespan x) {
  return time_point{std::chrono::duration_cast<time_point::duration>(x)};
}

/// Intervals between heartbeats, a silence after the last, and the verdict.
struct silence_case {
  std::string name;
  std::vector<caf::timespan> intervals;
  caf::timespan silence;
  peer_health expected;
};

std::ostream& operator<<(std::ostream& out, const silence_case& x) {
  return out << x.name;
}

std::vector<caf::timespan> regular(size_t count, caf::timespan interval) {
  return std::vector<caf::timespan>(count, interval);
}

/// Heartbeats that come in turns after `x` and `y`.
std::vector<caf::timespan> alternating(size_t count, caf::timespan x,
                                       caf::timespan y) {
  std::vector<caf::timespan> result;
  for (size_t i = 0; i < count; ++i)
    result.push_back(i % 2 == 0 ? x : y);
  return result;
}

class PhiDetector : public testing::TestWithParam<silence_case> {};

TEST_P(PhiDetector, JudgesASilence) {
  auto& [name, intervals, silence, expected] = GetParam();
  phi_detector detector{{}, at(0s)};
  caf::timespan now{0};
  for (auto& interval : intervals) {
    now += interval;
    detector.heartbeat(at(now));
  }
  EXPECT_EQ(detector.judge(at(now + silence)), expected)
      << "phi is " << detector.phi(at(now + silence));
}

const silence_case cases[] = {
    {"NothingHeardYetIsNoCauseForSuspicion", {}, 1s, peer_health::well},
    {"APeerThatNeverSpeaksIsSuspected", {}, 1'400ms, peer_health::suspected},
    {"ARegularPeerIsTrustedForASecond", regular(64, 500ms), 1s,
     peer_health::well},
    {"ARegularPeerIsSuspectedAfterThreeIntervals", regular(64, 500ms), 1'400ms,
     peer_health::suspected},
    {"ALatePeerIsTrustedLonger", alternating(64, 100ms, 900ms), 1'700ms,
     peer_health::well},
    {"ALatePeerIsSuspectedInTimeAllTheSame", alternating(64, 100ms, 3s),
     1'800ms, peer_health::suspected},
    {"ABurstMakesNobodyHasty", regular(64, 1ms), 1s, peer_health::well},
    {"OldIntervalsAreForgotten",
     [] {
       auto result = regular(16, 3s);
       result.resize(16 + phi_detector::window, 500ms);
       return result;
     }(),
     1'400ms, peer_health::suspected},
    {"JustBeforeItIsLost", regular(64, 500ms), 4'699ms, peer_health::suspected},
    {"ALongSilenceIsALoss", regular(64, 500ms), 4'700ms, peer_health::lost},
    {"ALongSilenceIsALossForALatePeerToo", regular(64, 4s), 4'700ms,
     peer_health::lost},
};

INSTANTIATE_TEST_SUITE_P(Silences, PhiDetector, testing::ValuesIn(cases),
                         [](auto& x) { return x.param.name; });

} // namespace

TEST(PhiDetectorValue, PhiOfOneMeansOneInTen) {
  phi_detector detector{{}, at(0s)};
  for (int i = 1; i <= 64; ++i)
    detector.heartbeat(at(i * 500ms));
  // The quantiles of a normal distribution of mean 0.5 s, deviation 0.15 s.
  auto end = at(64 * 500ms);
  EXPECT_NEAR(detector.phi(end + 500ms), std::log10(2), 1e-6);
  EXPECT_NEAR(detector.phi(end + 692'233us), 1, 1e-3);
  EXPECT_NEAR(detector.phi(end + 848'952us), 2, 1e-3);
}

TEST(PhiDetectorValue, PhiGrowsWithTheSilence) {
  phi_detector detector{{}, at(0s)};
  auto last = detector.phi(at(0s));
  for (auto t = 100ms; t <= 60s; t += 100ms) {
    auto phi = detector.phi(at(t));
    EXPECT_GE(phi, last) << t.count() << " ms";
    last = phi;
  }
}

TEST(PhiDetectorValue, AnythingThatArrivesIsASignOfLife) {
  phi_detector detector{{}, at(0s)};
  detector.heartbeat(at(500ms));
  detector.sign_of_life(at(4s));
  EXPECT_EQ(detector.judge(at(5s)), peer_health::well);
  EXPECT_EQ(detector.judge(at(6s)), peer_health::suspected);
}

TEST(PhiDetectorValue, OurOwnPauseIsForgiven) {
  phi_detector detector{{}, at(0s)};
  for (int i = 1; i <= 10; ++i)
    detector.heartbeat(at(i * 500ms));
  ASSERT_EQ(detector.judge(at(35s)), peer_health::lost);
  detector.forgive(29s, at(35s));
  EXPECT_EQ(detector.judge(at(35s)), peer_health::well);
  EXPECT_EQ(detector.judge(at(36s)), peer_health::suspected);
  // Nor does the pause count as an interval between heartbeats.
  detector.heartbeat(at(35'500ms));
  EXPECT_GT(detector.phi(at(37s)), 2);
}

TEST(PhiDetectorValue, AFasterHeartbeatFindsFailuresFaster) {
  detection_options options;
  options.heartbeat_interval = 100ms;
  phi_detector detector{options, at(0s)};
  for (int i = 1; i <= 64; ++i)
    detector.heartbeat(at(i * 100ms));
  EXPECT_EQ(detector.judge(at(6'600ms)), peer_health::well);
  EXPECT_EQ(detector.judge(at(6'700ms)), peer_health::suspected);
}

} // namespace troupe
