// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

#include "caf/deserializer.hpp"
#include "caf/error.hpp"
#include "caf/serializer.hpp"

#include "troupe/buffer/detail/segment.hpp"

namespace troupe::detail {

/// Writes the bytes of `x`.
caf::error save_part(caf::serializer& to, const segment_part& x,
                     size_t element_bytes);

/// Reads what `save_part` has written into new memory.
/// @returns `errc::buffer_too_large`, `errc::no_buffer_memory`,
///          `errc::bad_payload` or what the source returns.
caf::error load_part(caf::deserializer& from, segment_part& result,
                     size_t element_bytes);

} // namespace troupe::detail
