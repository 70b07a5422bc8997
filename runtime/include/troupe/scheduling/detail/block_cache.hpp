// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

namespace troupe::detail::block_cache {

/// Returns memory for `bytes` bytes, aligned like `operator new`.
///
/// Blocks of up to 4 KiB are recycled: each thread keeps a few of every size,
/// and threads pass on what they have too many of in batches through a shared
/// and bounded store; beyond that, memory goes back to the allocator.
void* allocate(size_t bytes);

/// Takes back memory from `allocate(bytes)`, on any thread.
void release(void* ptr, size_t bytes) noexcept;

} // namespace troupe::detail::block_cache
