// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "troupe/scheduling/cell_hooks.hpp"

namespace troupe {

/// What happens to a message that finds the mailbox full. A request that gets
/// no place is always answered with `errc::mailbox_full`.
enum class overflow_policy : uint8_t {
  /// The new message is refused; counted as refused.
  refuse = 1,
  /// The message that waits longest makes place; counted as dropped.
  drop_oldest,
  /// The new message is dropped; counted as dropped.
  drop_newest,
};

/// @relates overflow_policy
std::string to_string(overflow_policy x);

/// Options of a cell.
struct cell_options {
  /// Messages that may wait, including the one in work and skipped ones;
  /// without a value, memory is the limit. A limited mailbox takes a lock per
  /// message. Control messages, responses and timeouts are never refused.
  std::optional<size_t> mailbox_limit = std::nullopt;

  /// See `overflow_policy`.
  overflow_policy overflow = overflow_policy::refuse;

  /// Number of last messages to remember, rounded up to a power of two, at most
  /// 1,024; zero remembers none and takes no times either. Costs 48 bytes each
  /// once the actor has received a message, and a few nanoseconds per message.
  size_t history = 8;

  /// What a supervisor puts into its child; none for everybody else.
  cell_hooks hooks = {};
};

} // namespace troupe
