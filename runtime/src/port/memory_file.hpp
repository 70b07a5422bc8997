// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <sys/types.h>

// Memory from the operating system, as files that processes can share. Sizes
// and offsets are multiples of a page.

namespace troupe::port {

size_t page_bytes() noexcept;

/// What the system knows of a file in memory.
struct memory_file_info {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t bytes = 0;

  /// Nobody can change its size, so that reading it is safe.
  bool fixed_size = false;

  /// Nobody can get to write to it any more.
  bool sealed = false;
};

/// Makes a file of zeroes in memory whose size is fixed.
/// @returns its descriptor, -1 with `errno` on failure.
int make_memory(size_t bytes) noexcept;

/// How a file of another process is to be used.
enum class memory_access : uint8_t { read = 1, write };

/// Opens the file in memory that the process `owner` has as `descriptor`.
/// @returns its descriptor here, -1 if there is no such file.
int open_memory(pid_t owner, int descriptor, memory_access access) noexcept;

/// Returns nothing unless `fd` is a file in memory.
std::optional<memory_file_info> inspect_memory(int fd) noexcept;

/// @returns null with `errno` on failure.
std::byte* map_memory(int fd, size_t bytes, uint64_t offset,
                      memory_access access) noexcept;

/// @returns null with `errno` on failure.
std::byte* map_private_memory(size_t bytes) noexcept;

/// Puts a mapping for reading in the place of the one that is there.
bool remap_read_only(int fd, std::byte* data, size_t bytes,
                     uint64_t offset) noexcept;

/// What a seal forbids, for good.
enum class memory_seal : uint8_t {
  /// All writing.
  write = 1,
  /// All writing but by mappings that exist. Takes microseconds where the other
  /// one takes milliseconds.
  new_writers,
};

/// @returns false if somebody has a writable mapping that the seal forbids.
bool seal_memory(int fd, memory_seal what) noexcept;

void unmap_memory(std::byte* data, size_t bytes) noexcept;

void close_memory(int fd) noexcept;

/// Whether `open_memory` of the process `other` can open what this one has: it
/// belongs to the same user, and the system does not hide this one.
bool may_be_opened_by(pid_t other) noexcept;

} // namespace troupe::port
