// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <span>

namespace imaging {

/// Draws something with edges, gradients and fine patterns in three colours of
/// 8 bits.
void draw_test_image(uint64_t width, uint64_t height, std::span<uint16_t> to);

} // namespace imaging
