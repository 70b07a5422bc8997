// SPDX-License-Identifier: Apache-2.0

// Kernels of the actors on one thread, and the same in plain OpenMP. The peer
// is compiled for this very machine.

#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "troupe/actors/imaging.hpp"
#include "troupe/actors/nbody.hpp"

#include "bench/openmp_kernels.hpp"

namespace troupe {

namespace {

constexpr auto softening = 0.02;

void count_pairs(benchmark::State& state, size_t n) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(n * n));
}

void kernel_nbody(benchmark::State& state) {
  auto n = static_cast<size_t>(state.range(0));
  auto bodies = plummer_sphere(n, 1).bodies;
  std::vector<double> out(nbody_force_size * n);
  for (auto _ : state) {
    nbody_forces(bodies, 0, n, softening, out);
    benchmark::DoNotOptimize(out.data());
  }
  count_pairs(state, n);
}

BENCHMARK(kernel_nbody)->Arg(2'048)->Unit(benchmark::kMillisecond);

void kernel_nbody_openmp(benchmark::State& state) {
  auto n = static_cast<size_t>(state.range(0));
  auto bodies = plummer_sphere(n, 1).bodies;
  std::vector<double> out(nbody_force_size * n);
  for (auto _ : state) {
    peer::nbody(bodies, softening, out, 1);
    benchmark::DoNotOptimize(out.data());
  }
  count_pairs(state, n);
}

BENCHMARK(kernel_nbody_openmp)->Arg(2'048)->Unit(benchmark::kMillisecond);

constexpr uint64_t width = 1'000;
constexpr uint64_t height = 600;
constexpr uint64_t channels = 3;
constexpr auto sigma = 4.0;

std::vector<uint16_t> picture() {
  std::vector<uint16_t> result;
  for (uint64_t i = 0; i < width * height * channels; ++i)
    result.push_back(static_cast<uint16_t>(i * 2'654'435'761 % 256));
  return result;
}

void kernel_blur(benchmark::State& state) {
  auto source = picture();
  auto out = source;
  image_task task{.width = width,
                  .height = height,
                  .out_width = width,
                  .out_height = height,
                  .channels = channels,
                  .sigma = sigma};
  for (auto _ : state) {
    filter_rows(task, source, {0, height}, {0, height}, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations()
                          * static_cast<int64_t>(width * height));
}

BENCHMARK(kernel_blur)->Unit(benchmark::kMillisecond);

void kernel_blur_openmp(benchmark::State& state) {
  auto source = picture();
  auto out = source;
  for (auto _ : state) {
    peer::blur(source, width, height, channels, sigma, out, 1);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations()
                          * static_cast<int64_t>(width * height));
}

BENCHMARK(kernel_blur_openmp)->Unit(benchmark::kMillisecond);

} // namespace

} // namespace troupe
