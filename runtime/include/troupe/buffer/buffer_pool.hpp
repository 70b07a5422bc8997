// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "caf/expected.hpp"
#include "caf/fwd.hpp"

#include "troupe/buffer/buffer_options.hpp"
#include "troupe/buffer/detail/segment.hpp"

namespace troupe {

/// What a `buffer_pool` has at a moment.
struct buffer_pool_stats {
  /// Memory of living buffers; what they share counts once.
  uint64_t used_bytes = 0;

  /// Memory that waits for new buffers.
  uint64_t cached_bytes = 0;

  /// Files in memory that the pool has made or opened, those that wait
  /// included.
  size_t shared = 0;

  /// Buffers that were made of memory that had waited.
  uint64_t reuses = 0;
};

/// Makes the memory of buffers, and keeps some of it for the next ones.
///
/// A system's buffers come from the pool of its `config`. Buffers may outlive
/// their pool. Thread-safe.
class buffer_pool {
public:
  /// @pre `validate(options)` finds nothing.
  explicit buffer_pool(buffer_options options = {});

  ~buffer_pool();

  buffer_pool(const buffer_pool&) = delete;
  buffer_pool& operator=(const buffer_pool&) = delete;

  const buffer_options& options() const noexcept;

  buffer_pool_stats stats() const;

  /// Gives the memory that waits back to the system.
  void trim();

  /// Returns memory of at least `bytes`, with anything in it.
  /// @returns `errc::buffer_too_large`, or `errc::no_buffer_memory` if the
  ///          system refuses.
  caf::expected<detail::segment_ptr> allocate(uint64_t bytes);

  /// Returns the memory that this process knows a file by, if it has `bytes` of
  /// it from `offset` on.
  detail::segment_ptr find(uint64_t device, uint64_t inode, uint64_t offset,
                           uint64_t bytes) const;

  /// Takes in memory of a file that another process has handed over.
  detail::segment_ptr adopt(std::unique_ptr<detail::segment> x);

private:
  class impl;

  std::shared_ptr<impl> impl_;
};

/// Whoever has a `buffer_pool`; part of `troupe::config`.
class buffer_source {
public:
  /// Returns the pool, which the first call makes.
  virtual buffer_pool& buffers() const = 0;

protected:
  ~buffer_source() = default;
};

/// Returns the pool of the system's configuration.
/// @returns null if that is no `troupe::config`.
buffer_pool* buffer_pool_of(const caf::actor_system& sys);

} // namespace troupe
