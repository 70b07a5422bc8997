// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace caf {

class resumable;

} // namespace caf

namespace troupe::detail {

class envelope_ring;

/// What takes fewer ticks than this is short. No clock ticks more often than
/// every nanosecond, by far.
constexpr uint64_t short_run = 1'024;

/// What a worker and the actor in its turn share without a word between them.
struct turn {
  /// When the turn began, in ticks; zero on a thread that is no worker.
  uint64_t start = 0;

  /// When the turn should end, in ticks.
  uint64_t end = UINT64_MAX;

  /// The actor that fell asleep last on this worker, which still holds the
  /// reference of a runnable actor: whoever wakes it here takes that one over.
  caf::resumable* kept = nullptr;

  /// Where it is to be booked for how long the last message of the turn was in
  /// work; null if that is done. The actor leaves it to the worker, which looks
  /// at the clock anyway, and when nobody waits for it.
  envelope_ring* books = nullptr;

  /// Since when that message was in work; zero as long as the turn has none.
  uint64_t since = 0;
};

/// The turn that runs on this thread.
extern constinit thread_local turn this_turn;

void book_long_run(envelope_ring& to, uint64_t ticks) noexcept;

/// Books the last message of a turn, unless that was short: of those the actor
/// itself has booked a sample.
inline void finish_run(turn& x, uint64_t now) noexcept {
  auto books = x.books;
  auto since = x.since;
  x.books = nullptr;
  x.since = 0;
  if (books != nullptr && now > since + short_run) [[unlikely]]
    book_long_run(*books, now - since);
}

} // namespace troupe::detail
