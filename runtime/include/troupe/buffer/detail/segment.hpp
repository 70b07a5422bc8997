// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace troupe::detail {

/// A file in memory, and which part of it a segment is.
struct segment_file {
  int descriptor = -1;
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t file_bytes = 0;

  /// Where the segment begins in the file.
  uint64_t offset = 0;

  /// Process that has made the file.
  int64_t maker = 0;
};

/// Where a segment's memory comes from.
enum class segment_source : uint8_t {
  /// The allocator.
  heap = 1,
  /// The operating system.
  pages,
  /// A file in memory.
  file,
};

/// A piece of memory that buffers are parts of, aligned to 64 bytes.
/// Thread-safe but for what is in it.
class segment {
public:
  static constexpr size_t alignment = 64;

  /// Takes ownership of the memory and of the file's descriptor.
  segment(segment_source source, std::byte* data, size_t bytes,
          segment_file file) noexcept;

  segment(const segment&) = delete;
  segment& operator=(const segment&) = delete;

  ~segment();

  std::byte* data() const noexcept {
    return data_;
  }

  size_t bytes() const noexcept {
    return bytes_;
  }

  segment_source source() const noexcept {
    return source_;
  }

  /// Of no meaning unless `source` is `file`.
  const segment_file& file() const noexcept {
    return file_;
  }

  /// Counts the parts that may be written to.
  void add_writer() noexcept {
    writers_.fetch_add(1, std::memory_order_relaxed);
  }

  void drop_writer() noexcept {
    writers_.fetch_sub(1, std::memory_order_release);
  }

  /// Has the system refuse that other processes that get the file write to it.
  /// Its address stays.
  /// @returns whether that is so: not if something may still write to it, here
  ///          or elsewhere, and only where there is a file.
  bool seal();

  /// Whether nothing here may write to it for good.
  bool read_only() const noexcept {
    return read_only_.load(std::memory_order_acquire);
  }

  void make_read_only() noexcept {
    read_only_.store(true, std::memory_order_release);
  }

  /// Another process has or had it.
  void mark_passed() noexcept {
    passed_.store(true, std::memory_order_relaxed);
  }

  /// Whether a new buffer may be made of it once the last one is gone.
  bool reusable() const noexcept {
    return !read_only() && !passed_.load(std::memory_order_relaxed);
  }

private:
  const segment_source source_;
  std::byte* const data_;
  const size_t bytes_;
  const segment_file file_;
  std::atomic<size_t> writers_ = 0;
  std::atomic<bool> read_only_ = false;
  std::atomic<bool> passed_ = false;
  std::mutex sealing_;
  bool sealed_ = false;
};

using segment_ptr = std::shared_ptr<segment>;

/// A part of a segment.
struct segment_part {
  segment_ptr memory;
  std::byte* data = nullptr;
  size_t bytes = 0;
};

} // namespace troupe::detail
