// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "troupe/supervision/supervision_event.hpp"

#include "fault.hpp"
#include "workers.hpp"

namespace demo {

/// What the demo ends with.
struct summary {
  uint64_t answer = 0;
  uint64_t expected = 0;
  uint64_t seed = 0;
  std::map<fault_kind, size_t> injected = {};
  size_t restarts = 0;
  size_t escalations = 0;
  size_t quarantined = 0;
  /// Times that a worker was given up because it was stuck.
  size_t disowned = 0;
  /// Steps of surveys that were done again after a failure.
  size_t repeated_steps = 0;
  /// Pieces of work without an answer.
  size_t lost = 0;

  bool right() const {
    return answer == expected && lost == 0;
  }
};

/// Which pieces of the work are to be done, under way and done. Pure value.
class ledger {
public:
  using range = std::pair<uint64_t, uint64_t>;

  /// Splits [0, limit): three quarters into `pieces` pieces, the rest into
  /// `surveys` long ranges of `steps` steps each.
  ledger(uint64_t limit, size_t pieces, size_t surveys, size_t steps);

  const std::vector<survey>& surveys() const {
    return surveys_;
  }

  /// Takes the next piece that is to be done.
  std::optional<size_t> take();

  range at(size_t piece) const {
    return pieces_[piece];
  }

  /// Books an answer. A second answer for the same piece is ignored.
  /// @returns whether it was the first.
  bool done(size_t piece, uint64_t primes);

  /// Puts a piece back that was not answered.
  void put_back(size_t piece);

  /// Books a step of a survey.
  void step_done(size_t index, size_t step);

  /// Books the result of a survey; a second one is ignored.
  void survey_done(size_t index, uint64_t primes);

  /// Books what a supervisor has told.
  void book(const troupe::supervision_event& x);

  void book(fault_kind x) {
    ++summary_.injected[x];
  }

  size_t pieces_done() const {
    return pieces_done_;
  }

  size_t pieces() const {
    return pieces_.size();
  }

  /// Steps of all surveys, and those that have been done.
  size_t steps() const;
  size_t steps_done() const;

  bool complete() const;

  /// Returns the result up to now.
  summary result() const;

private:
  std::vector<range> pieces_;
  std::deque<size_t> to_do_;
  std::vector<bool> answered_;
  size_t pieces_done_ = 0;
  std::vector<survey> surveys_;
  std::vector<std::vector<bool>> steps_;
  std::vector<bool> surveyed_;
  summary summary_;
};

} // namespace demo
