// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>

#include "caf/error.hpp"

namespace troupe {

/// What buffers may take, and which of them processes can share.
struct buffer_options {
  /// Largest buffer that is made or received, 4 KiB to 1 TiB. A larger one is
  /// refused with `errc::buffer_too_large`, before anything is allocated.
  uint64_t max_bytes = uint64_t{4} << 30;

  /// Memory of buffers that are gone which is kept for new ones, 0 to 1 TiB.
  /// New memory has to be cleared by the system page by page, which costs more
  /// than filling a buffer; what is kept is lost to everybody else.
  uint64_t cache_bytes = uint64_t{128} << 20;

  /// Buffers of this size and above are files in memory from the beginning, so
  /// that a worker process gets them without a copy; 64 KiB to 1 TiB. Each of
  /// them takes a file descriptor.
  uint64_t share_from_bytes = uint64_t{256} << 10;

  /// Files in memory that may exist at once, 0 to 65536. Buffers beyond that
  /// work as well but are copied to worker processes.
  size_t max_shared = 256;
};

/// Returns the first wrong field of `x` as `errc::invalid_option`.
/// @relates buffer_options
caf::error validate(const buffer_options& x);

} // namespace troupe
