// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "caf/node_id.hpp"

namespace troupe {

/// Spots handles of actors among values that are written or read.
///
/// CAF does not say when it comes to a handle. But it always writes an id, of
/// 64 bits, and a node: a mark of 64 bits and 24 bytes. Something else of this
/// form does no harm: it is taken for a handle at both ends. Pure value.
class handle_spotter {
public:
  static constexpr size_t node_bytes = 24;

  /// A number of 64 bits has passed, which ends at `end`.
  void number(uint64_t x, size_t end) noexcept {
    constexpr auto mark =
        static_cast<uint64_t>(caf::node_id::default_data::class_id);
    if (x == mark && last_end_ + sizeof(x) == end) {
      id_ = last_;
      handle_end_ = end + node_bytes;
    }
    last_ = x;
    last_end_ = end;
  }

  /// A value has passed, which ends at `end`.
  /// @returns the actor's id if a handle ends there.
  std::optional<uint64_t> handle(size_t end) noexcept {
    if (end != handle_end_)
      return std::nullopt;
    handle_end_ = nowhere;
    return id_;
  }

private:
  static constexpr size_t nowhere = std::numeric_limits<size_t>::max();

  uint64_t last_ = 0;
  size_t last_end_ = 0;
  uint64_t id_ = 0;
  size_t handle_end_ = nowhere;
};

} // namespace troupe
