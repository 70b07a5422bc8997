// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>

namespace troupe::port {

/// How memory will be used.
enum class page_use : uint8_t {
  /// Perhaps only a little of it.
  sparse = 1,
  /// Soon all of it: the system may use huge pages.
  dense,
};

/// Returns zeroed memory from the operating system, aligned to its size. Only
/// what is touched costs memory. Throws `std::bad_alloc`.
/// @pre `bytes` is a power of two and not less than a page.
void* map_pages(size_t bytes, page_use use);

/// Gives back what `map_pages(bytes)` returned.
void unmap_pages(void* ptr, size_t bytes) noexcept;

} // namespace troupe::port
