// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/ticks.hpp"

namespace troupe::ticks {

namespace {

using clock = std::chrono::steady_clock;

double measure_ticks_per_ns() {
  auto t0 = clock::now();
  auto c0 = now();
  for (;;) {
    auto t1 = clock::now();
    auto c1 = now();
    auto ns = std::chrono::nanoseconds{t1 - t0}.count();
    if (ns > 250'000 && c1 > c0)
      return static_cast<double>(c1 - c0) / static_cast<double>(ns);
  }
}

double ticks_per_ns() {
  static const double value = [] {
    auto result = measure_ticks_per_ns();
    length = static_cast<uint32_t>(65'536 / result);
    return result;
  }();
  return value;
}

} // namespace

constinit std::atomic<uint32_t> length = 65'536 / 2;

uint64_t from_duration(std::chrono::nanoseconds x) {
  return static_cast<uint64_t>(static_cast<double>(x.count()) * ticks_per_ns());
}

std::chrono::nanoseconds to_duration(uint64_t x) {
  return std::chrono::nanoseconds{
      static_cast<int64_t>(static_cast<double>(x) / ticks_per_ns())};
}

} // namespace troupe::ticks
