// SPDX-License-Identifier: Apache-2.0

#include "work.hpp"

#include <string_view>

#include "troupe/actors/fib.hpp"

#ifdef BENCH_HAS_TBB

#  include <atomic>
#  include <thread>

#  include <tbb/parallel_for.h>
#  include <tbb/task_group.h>

namespace bench {

namespace {

using namespace std::chrono_literals;

double ideal_time(int n) {
  auto start = clock::now();
  for (int i = 0; i < n; ++i)
    compute(1us);
  return seconds_since(start)
         / std::max(1u, std::thread::hardware_concurrency());
}

} // namespace

outcome run_tbb(std::string_view work) {
  constexpr int n = 400'000;
  if (work == "tiny_request") {
    auto ideal = ideal_time(n);
    auto start = clock::now();
    tbb::task_group group;
    for (int i = 0; i < n; ++i)
      group.run([] { compute(1us); });
    group.wait();
    return {{{"share", "of the ideal", better::higher,
              ideal / seconds_since(start)}}};
  }
  if (work == "tiny_map") {
    auto ideal = ideal_time(n);
    auto start = clock::now();
    tbb::parallel_for(0, n, [](int) { compute(1us); });
    return {{{"share", "of the ideal", better::higher,
              ideal / seconds_since(start)}}};
  }
  if (work == "map_tiny") {
    constexpr int million = 1'000'000;
    auto ideal = ideal_time(million);
    auto start = clock::now();
    std::vector<uint64_t> results(million);
    tbb::parallel_for(0, million, [&](int i) {
      compute(1us);
      results[static_cast<size_t>(i)] = 1;
    });
    return {{{"share", "of the ideal", better::higher,
              ideal / seconds_since(start)}}};
  }
  if (work == "fib") {
    auto start = clock::now();
    std::atomic<uint64_t> sum = 0;
    tbb::task_group group;
    for (int i = 0; i < 10; ++i)
      group.run([&] { sum += troupe::fib(40); });
    group.wait();
    return {{{"time", "s", better::lower, seconds_since(start)}}};
  }
  if (work == "fanout") {
    std::vector<double> times;
    for (int i = 0; i < 60; ++i) {
      std::this_thread::sleep_for(4ms);
      auto start = clock::now();
      tbb::task_group group;
      group.run([] { compute(5ms); });
      group.run([] { compute(5ms); });
      group.wait();
      times.push_back(seconds_since(start) * 1e3);
    }
    return {{{"p50", "ms", better::lower, percentile(times, 0.5)},
             {"p90", "ms", better::lower, percentile(times, 0.9)}}};
  }
  return {};
}

} // namespace bench

#else

namespace bench {

outcome run_tbb(std::string_view) {
  return {};
}

} // namespace bench

#endif
