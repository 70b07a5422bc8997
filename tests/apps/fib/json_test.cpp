// SPDX-License-Identifier: Apache-2.0

#include "json.hpp"

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
  x.parallel.gaps.record(1ms);
  x.parallel.restarts = 1;
  x.nodes = {{.name = "a", .workers = 1, .tasks = 6, .busy = 1s},
             {.name = "b", .workers = 1, .tasks = 4, .busy = 1s}};
  return x;
}

} // namespace

TEST(Json, HasAllKeysInOrderOnOneLine) {
  EXPECT_EQ(
      to_json(sample()),
      R"({"tasks":10,"lost":0,"repeated":0,"wrong":0,"sequential_s":2.84,)"
      R"("parallel_s":1.432,"cores":2,"efficiency":0.99162,"gap_p50_ms":1.0,)"
      R"("gap_p99_ms":1.0,"gap_max_ms":1.0,"sequential_gap_max_ms":2841.0,)"
      R"("nodes":[{"name":"a","tasks":6},{"name":"b","tasks":4}],"restarts":1})");
}

TEST(Json, SaysNullForWhatWasSkipped) {
  auto x = sample();
  x.sequential.reset();
  auto text = to_json(x);
  EXPECT_NE(text.find(R"("sequential_s":null)"), text.npos) << text;
  EXPECT_NE(text.find(R"("efficiency":null)"), text.npos) << text;
  EXPECT_NE(text.find(R"("sequential_gap_max_ms":null)"), text.npos) << text;
}

} // namespace fib_app
