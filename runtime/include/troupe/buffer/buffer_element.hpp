// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// What buffers may consist of: plain numbers and bytes, which other processes
/// read as they are in memory.
template <class T>
concept buffer_element = std::same_as<T, float> || std::same_as<
    T, double> || std::same_as<T, int32_t> || std::same_as<T, int64_t> || std::
    same_as<T, uint8_t> || std::same_as<T, uint16_t> || std::same_as<
        T, uint32_t> || std::same_as<T, uint64_t> || std::same_as<T, std::byte>;

} // namespace troupe
