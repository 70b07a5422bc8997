// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "troupe/actors/imaging.hpp"
#include "troupe/buffer/frozen_buffer.hpp"
#include "troupe/buffer/owned_buffer.hpp"

#include "common/exit_code.hpp"
#include "common/workshop.hpp"

namespace imaging {

using samples = troupe::owned_buffer<uint16_t>;
using image = troupe::frozen_buffer<uint16_t>;

/// Cuts the rows of a result into tiles of `rows` each, or into one for each
/// worker, which costs least where all are equally fast.
std::vector<troupe::row_range>
cut(uint64_t height, std::optional<uint64_t> rows, size_t workers);

/// Has the workers compute a result, tile by tile. All share the source; what
/// they compute comes in parts of one buffer that go there and back without a
/// copy.
/// @param result Gets the whole result.
/// @param tell Called with the number of tiles that are done.
/// @returns `ok`, or what to exit with after a line on standard error.
app::exit_code filter_tiles(app::workshop& shop, const troupe::image_task& task,
                            const image& source,
                            const std::vector<troupe::row_range>& tiles,
                            samples& result, std::function<void(size_t)> tell);

} // namespace imaging
