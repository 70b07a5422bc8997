// SPDX-License-Identifier: Apache-2.0

#include "bench/openmp_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace troupe::peer {

void nbody(std::span<const double> bodies, double softening,
           std::span<double> out, int threads) {
  auto n = bodies.size() / 4;
  auto x = bodies.data();
  auto y = x + n;
  auto z = y + n;
  auto mass = z + n;
  auto to = out.data();
  auto eps2 = softening * softening;
#pragma omp parallel for schedule(static) num_threads(threads)
  for (size_t i = 0; i < n; ++i) {
    double ax = 0;
    double ay = 0;
    double az = 0;
    double phi = 0;
#pragma omp simd reduction(+ : ax, ay, az, phi)
    for (size_t j = 0; j < n; ++j) {
      auto dx = x[j] - x[i];
      auto dy = y[j] - y[i];
      auto dz = z[j] - z[i];
      auto inverse = 1 / std::sqrt(dx * dx + dy * dy + dz * dz + eps2);
      auto potential = mass[j] * inverse;
      auto pull = potential * inverse * inverse;
      ax += pull * dx;
      ay += pull * dy;
      az += pull * dz;
      phi -= potential;
    }
    to[4 * i] = ax;
    to[4 * i + 1] = ay;
    to[4 * i + 2] = az;
    to[4 * i + 3] = phi + mass[i] / softening;
  }
}

void blur(std::span<const uint16_t> source, size_t width, size_t height,
          size_t channels, double sigma, std::span<uint16_t> out, int threads) {
  auto radius = static_cast<long>(std::ceil(3 * sigma));
  std::vector<float> weights;
  float sum = 0;
  for (auto i = -radius; i <= radius; ++i) {
    auto x = static_cast<double>(i) / sigma;
    weights.push_back(static_cast<float>(std::exp(-x * x / 2)));
    sum += weights.back();
  }
  for (auto& x : weights)
    x /= sum;
  auto size = width * channels;
  auto last = static_cast<long>(height) - 1;
  std::vector<float> between(size * height);
#pragma omp parallel num_threads(threads)
  {
    auto border = static_cast<size_t>(radius) * channels;
    std::vector<float> padded(size + 2 * border);
    std::vector<float> total(size);
#pragma omp for schedule(static)
    for (size_t y = 0; y < height; ++y) {
      auto from = source.data() + y * size;
      for (size_t i = 0; i < size; ++i)
        padded[border + i] = from[i];
      for (size_t i = 0; i < border; ++i) {
        padded[i] = from[i % channels];
        padded[border + size + i] = from[size - channels + i % channels];
      }
      auto to = between.data() + y * size;
      std::fill_n(to, size, 0.0f);
      for (size_t k = 0; k < weights.size(); ++k)
        for (size_t i = 0; i < size; ++i)
          to[i] += weights[k] * padded[k * channels + i];
    }
#pragma omp for schedule(static)
    for (size_t y = 0; y < height; ++y) {
      std::fill(total.begin(), total.end(), 0.0f);
      for (size_t k = 0; k < weights.size(); ++k) {
        auto row = std::clamp(
            static_cast<long>(y) + static_cast<long>(k) - radius, 0L, last);
        auto from = between.data() + static_cast<size_t>(row) * size;
        for (size_t i = 0; i < size; ++i)
          total[i] += weights[k] * from[i];
      }
      for (size_t i = 0; i < size; ++i)
        out[y * size + i] =
            static_cast<uint16_t>(std::clamp(total[i], 0.0f, 255.0f) + 0.5f);
    }
  }
}

} // namespace troupe::peer
