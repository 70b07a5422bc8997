// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <sys/types.h>

#include "caf/expected.hpp"

#include "troupe/buffer/buffer_pool.hpp"
#include "troupe/buffer/detail/segment.hpp"

// How memory goes to another process of this host: the maker says which file it
// is and keeps it until the other one has opened it. From then on the kernel
// counts who has it, so that nothing is left over whoever dies, and when.

namespace troupe {

/// Where a buffer's memory is, as it is written to the other process.
struct file_ticket {
  /// Of the process that writes this.
  int64_t descriptor = -1;
  int64_t maker = 0;
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t file_bytes = 0;

  /// Where in the file the buffer is.
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

/// A ticket, and what must not go before it is redeemed.
struct handed_file {
  file_ticket ticket;

  std::shared_ptr<const void> kept;
};

/// Smaller buffers travel as bytes, which is as fast.
constexpr size_t min_handed_bytes = size_t{64} << 10;

/// What the receiver may do with the memory.
enum class handed_kind : uint8_t { frozen = 1, owned };

/// Writes a ticket; the memory of a frozen buffer is sealed first.
/// @param kept Must not go before the ticket is redeemed.
/// @returns null if the buffer must travel as bytes: it is small or no file, or
///          it is frozen and something still writes to the same memory.
std::shared_ptr<const handed_file> hand_over(const detail::segment_part& x,
                                             handed_kind kind,
                                             std::shared_ptr<const void> kept);

/// Gets the memory that the process `owner` has written a ticket for. Trusts
/// nothing that the ticket says. Maps no more than the pages of the buffer, but
/// all of a file that this process has made, so that parts of it can be joined.
/// @returns `errc::bad_payload` if the file is not there or not what it should
///          be, `errc::buffer_too_large`, or `errc::no_buffer_memory`.
caf::expected<detail::segment_part> redeem(buffer_pool& pool,
                                           const file_ticket& x, pid_t owner,
                                           handed_kind kind,
                                           size_t element_bytes);

} // namespace troupe
