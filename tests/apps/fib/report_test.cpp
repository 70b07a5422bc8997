// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <gtest/gtest.h>

namespace fib_app {

using namespace std::chrono_literals;

namespace {

summary sample() {
  summary x;
  x.tasks = 10;
  x.cores = 2;
  x.sequential.emplace();
  x.sequential->wall = 2840ms;
  x.sequential->gaps.record(2841ms);
  x.parallel.wall = 1432ms;
  for (int i = 0; i < 99; ++i)
    x.parallel.gaps.record(1ms);
  x.parallel.gaps.record(4ms);
  x.nodes = {{.name = "local", .workers = 2, .tasks = 10, .busy = 2850ms}};
  return x;
}

} // namespace

TEST(Report, ComparesBothPhases) {
  EXPECT_EQ(report(sample(), app::colours::off),
            R"(                         one after another       as messages
  wall time                         2.84 s            1.43 s
  time between two 1 ms ticks of the calling thread
    median                               -           1.00 ms
    p99                                  -           1.00 ms
    longest                         2.84 s           4.00 ms

  speed-up 1.98
  efficiency 0.992 on the 2 cores of this host

  node    workers     tasks    share          busy
  local         2        10    100 %        2.85 s

  all 10 results are right
)");
}

TEST(Report, SaysWhichNodeWasLostAndWhoDidItsTasks) {
  auto x = sample();
  x.nodes.push_back({.name = "b",
                     .workers = 1,
                     .tasks = 0,
                     .busy = {},
                     .loss = "connection reset",
                     .requeued = 2});
  auto text = report(x, app::colours::off);
  EXPECT_NE(text.find("b was lost (connection reset); 2 open tasks were done "
                      "elsewhere\n"),
            text.npos)
      << text;
  EXPECT_NE(text.find("on the 3 workers of 2 nodes"), text.npos) << text;
}

TEST(Report, SaysWhatIsMissing) {
  auto x = sample();
  x.lost = 3;
  x.wrong = 1;
  auto text = report(x, app::colours::off);
  EXPECT_NE(text.find("3 lost, 0 repeated, 1 wrong of 10 tasks"), text.npos)
      << text;
  EXPECT_EQ(text.find("right"), text.npos);
}

TEST(Report, LeavesOutWhatWasSkipped) {
  auto x = sample();
  x.sequential.reset();
  auto text = report(x, app::colours::off);
  EXPECT_EQ(text.find("one after another"), text.npos);
  EXPECT_EQ(text.find("efficiency"), text.npos);
}

TEST(Report, ColoursOnlyOnRequest) {
  EXPECT_EQ(report(sample(), app::colours::off).find('\x1b'),
            std::string::npos);
  EXPECT_NE(report(sample(), app::colours::on).find('\x1b'), std::string::npos);
}

TEST(Title, SaysWhatIsComputed) {
  EXPECT_EQ(title({40, 40}), "2 x fib(40)");
  EXPECT_EQ(title({20, 35, 21}), "3 tasks, fib(20) to fib(35)");
}

} // namespace fib_app
