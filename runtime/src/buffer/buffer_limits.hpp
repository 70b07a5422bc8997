// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>

/// What `buffer_options` permits.
namespace troupe::buffer_limits {

constexpr uint64_t max_bytes = uint64_t{1} << 40;

constexpr uint64_t min_max_bytes = uint64_t{4} << 10;

constexpr uint64_t min_share_from_bytes = uint64_t{64} << 10;

constexpr size_t max_shared = 65'536;

} // namespace troupe::buffer_limits
