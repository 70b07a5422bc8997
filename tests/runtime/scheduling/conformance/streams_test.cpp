// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <string>

#include <gtest/gtest.h>

#include "caf/all.hpp"

using namespace caf;
using namespace std::chrono_literals;
using troupe::test::seen_everywhere;
using troupe::test::world;

namespace {

/// Counts up to `n`.
void source(event_based_actor* self, int n, const actor& next) {
  attach_stream_source(
      self, next, [](int& i) { i = 0; },
      [n](int& i, downstream<int>& out, size_t num) {
        for (size_t j = 0; j < num && i < n; ++j)
          out.push(i++);
      },
      [n](const int& i) { return i == n; });
}

behavior doubling_stage(event_based_actor* self) {
  return {[=](stream<int> in) {
    return attach_stream_stage(
        self, in, [](unit_t&) {},
        [](unit_t&, downstream<int>& out, int x) { out.push(x * 2); },
        [](unit_t&, const error&) {});
  }};
}

/// Reports each number, at last -1, or -2 if the stream broke.
behavior reporting_sink(event_based_actor* self, actor out) {
  return {[=](stream<int> in) {
            return attach_stream_sink(
                self, in, [](unit_t&) {},
                [=](unit_t&, int x) { self->send(out, x); },
                [=](unit_t&, const error& e) { self->send(out, e ? -2 : -1); });
          },
          [=](const std::string& x) { return x; }};
}

} // namespace

TEST(ConformanceStreams, FlowThroughAllStages) {
  auto seen = seen_everywhere([](world& w) {
    auto sink = w.spawn(reporting_sink, w.out());
    auto stage = w.spawn(doubling_stage);
    auto first = w.spawn(source, 200, sink * stage);
    w.log_numbers(201);
    w.log_down_of(first);
    w.end(stage);
    w.end(sink);
  });
  std::string expected;
  for (int i = 0; i < 200; ++i)
    expected += std::to_string(2 * i) + " | ";
  EXPECT_EQ(seen, expected + "-1 | down normal");
}

TEST(ConformanceStreams, LeaveRoomForOrdinaryMessages) {
  auto seen = seen_everywhere([](world& w) {
    auto sink = w.spawn(reporting_sink, w.out());
    w.spawn(source, 50, sink);
    w.log_numbers(51);
    // Also after the stream has ended.
    w.ask(sink, std::string{"still there"});
    w.spawn(source, 2, sink);
    w.log_numbers(3);
    w.ask(sink, std::string{"again"});
    w.end(sink);
  });
  EXPECT_NE(seen.find("49 | -1 | answer (\"still there\") | 0 | 1 | -1 | "
                      "answer (\"again\")"),
            std::string::npos)
      << seen;
}
