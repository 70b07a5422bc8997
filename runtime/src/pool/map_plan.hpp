// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "caf/timespan.hpp"

#include "pool/pace.hpp"

namespace troupe {

/// Neighbouring inputs that are sent to a worker together.
struct map_piece {
  enum class kind : uint8_t {
    /// One input, as a message of its own.
    single = 1,
    /// One or more as a `task_batch`.
    batch,
  };

  size_t first = 0;
  size_t count = 1;
  kind how = kind::single;
};

struct map_limits {
  /// Work that a batch is to hold.
  caf::timespan batch_time;

  /// Inputs that a batch may hold.
  size_t max_batch;
};

/// Decides how a range of inputs is cut into pieces, and how many of them are
/// under way at a time.
///
/// Begins with single inputs, which any worker understands. If they seem to
/// take less than `batch_time`, it tries one batch; if the workers understand
/// it, batches grow by the cost that the workers measure, until they hold
/// `batch_time` of work, and shrink towards the end, so that all workers finish
/// together. Pure: gets the time as an argument.
///
/// Every input ends in exactly one `done`, in whatever piece.
class map_plan {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @pre `limits.max_batch > 0`
  map_plan(size_t total, const map_limits& limits, time_point now)
      : total_(total), limits_(limits), begin_(now) {
    // nop
  }

  /// Takes how many workers there are; there is at least one.
  void workers(size_t n);

  /// Returns the next piece to send, nothing while enough are under way.
  std::optional<map_piece> next();

  /// The piece was answered, with the time that its worker computed if known.
  void done(const map_piece& x, std::optional<caf::timespan> busy,
            time_point now);

  /// The worker does not know batches: there will be no more.
  void not_understood(const map_piece& x);

  /// The worker failed over the batch: its inputs go one by one, and the next
  /// batches are smaller.
  void failed_as_batch(const map_piece& x);

  /// The batch had too many bytes: it goes in two halves, and no later one is
  /// larger than these.
  void too_large(const map_piece& x);

  /// There was no room for the piece: it goes again, and fewer are under way
  /// from now on.
  void refused(const map_piece& x);

  size_t completed() const noexcept {
    return done_;
  }

  /// Whether pieces are under way.
  bool has_open() const noexcept {
    return open_ > 0;
  }

  bool finished() const noexcept {
    return done_ == total_;
  }

private:
  enum class batches : uint8_t { untried = 1, tried, known, unknown };

  size_t window() const;

  size_t batch_size() const;

  bool worth_a_batch() const;

  size_t total_;
  map_limits limits_;
  time_point begin_;
  size_t workers_ = 1;
  size_t next_ = 0;
  size_t open_ = 0;
  size_t done_ = 0;
  std::deque<map_piece> again_;
  batches batches_ = batches::untried;

  /// Largest batch until one of that size was answered.
  size_t reach_ = 4;

  /// Largest batch whose bytes fit.
  std::optional<size_t> fitting_;

  /// Limit of the pieces under way after a refusal.
  std::optional<size_t> room_;

  /// Time of one input, in a thousand: it may be less than a nanosecond.
  pace cost_;

  std::optional<caf::timespan> slowest_;
};

} // namespace troupe
