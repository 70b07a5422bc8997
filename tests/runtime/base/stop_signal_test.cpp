// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/stop_signal.hpp"

#include <csignal>
#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

namespace troupe {

namespace {

using namespace std::chrono_literals;

/// Sends a signal to the process, as `kill` does.
void send(int number) {
  ASSERT_EQ(kill(getpid(), number), 0);
}

class stop_signal_test : public ::testing::TestWithParam<int> {};

} // namespace

TEST_P(stop_signal_test, TheFirstSignalIsARequest) {
  stop_signal stop;
  EXPECT_FALSE(stop.requested());
  EXPECT_EQ(stop.wait(0s), std::nullopt);
  EXPECT_EQ(stop.wait(1ms), std::nullopt);
  send(GetParam());
  EXPECT_EQ(stop.wait(5s), GetParam());
  EXPECT_TRUE(stop.requested());
  EXPECT_EQ(stop.wait(), GetParam());
  EXPECT_EQ(stop.wait(0s), GetParam());
}

TEST_P(stop_signal_test, TheSecondSignalEndsTheProcessAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        stop_signal stop;
        send(SIGINT);
        stop.wait();
        send(GetParam());
        pause();
      },
      ::testing::ExitedWithCode(128 + GetParam()), "");
}

TEST_P(stop_signal_test, AfterwardsASignalKillsAgain) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        {
          stop_signal stop;
          send(GetParam());
          stop.wait();
        }
        send(GetParam());
        pause();
      },
      ::testing::KilledBySignal(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(Signals, stop_signal_test,
                         ::testing::Values(SIGINT, SIGTERM), [](auto& x) {
                           return x.param == SIGINT ? "SIGINT" : "SIGTERM";
                         });

TEST(StopSignal, TheProgramIsToldOnceAndMayDoAnything) {
  std::promise<int> told;
  auto number = told.get_future();
  stop_signal stop{[&](int x) { told.set_value(x); }};
  send(SIGTERM);
  ASSERT_EQ(number.wait_for(5s), std::future_status::ready);
  EXPECT_EQ(number.get(), SIGTERM);
}

TEST(StopSignal, AWaitingThreadIsWoken) {
  stop_signal stop;
  std::promise<void> started;
  auto result = std::async(std::launch::async, [&] {
    started.set_value();
    return stop.wait();
  });
  started.get_future().wait();
  send(SIGINT);
  ASSERT_EQ(result.wait_for(5s), std::future_status::ready);
  EXPECT_EQ(result.get(), SIGINT);
}

TEST(StopSignal, OtherSignalsKeepTheirMeaning) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        stop_signal stop;
        send(SIGUSR1);
        pause();
      },
      ::testing::KilledBySignal(SIGUSR1), "");
}

} // namespace troupe
