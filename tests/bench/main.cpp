// SPDX-License-Identifier: Apache-2.0

#include <benchmark/benchmark.h>

#include "troupe/config.hpp"
#include "troupe/process/run_as_worker.hpp"

#include "bench/process_actors.hpp"

int main(int argc, char** argv) {
  troupe::config cfg;
  troupe::add_bench_actors(cfg);
  if (auto code = troupe::run_as_worker(cfg, argc, argv))
    return *code;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
