// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// What somebody would write with OpenMP alone, to compare with.

namespace troupe::peer {

/// Does what `nbody_forces` does for all particles.
void nbody(std::span<const double> bodies, double softening,
           std::span<double> out, int threads);

/// Does what `filter_rows` does for a blur of samples of 8 bits without
/// opacity.
void blur(std::span<const uint16_t> source, size_t width, size_t height,
          size_t channels, double sigma, std::span<uint16_t> out, int threads);

} // namespace troupe::peer
