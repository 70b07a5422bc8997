// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "caf/expected.hpp"

namespace demo {

/// Ways in which a worker is made to fail.
enum class fault_kind : uint8_t {
  /// Throws in the middle of its next piece of work.
  throws = 1,
  /// Quits with an error there.
  quits,
  /// Does not come back from there.
  stuck,
  /// Gets a message that kills it each time that it is handled.
  poison,
  /// Gets so many of those that its supervisor gives up.
  storm,
};

constexpr fault_kind all_fault_kinds[]{fault_kind::throws, fault_kind::quits,
                                       fault_kind::stuck, fault_kind::poison,
                                       fault_kind::storm};

/// Returns `throw`, `quit`, `stuck`, `poison` or `storm`.
std::string to_string(fault_kind x);

/// One entry of a schedule.
struct fault {
  /// Pieces of work that must be done before.
  size_t after = 0;

  fault_kind kind = fault_kind::throws;

  /// Name of the worker.
  std::string target;

  friend bool operator==(const fault&, const fault&) = default;
};

using schedule = std::vector<fault>;

/// Draws two faults of each kind, spread over the first three quarters of
/// `pieces` pieces of work, for any of `targets`; those of storms are spread
/// over all, too. The same seed gives the same faults.
schedule random_schedule(uint64_t seed, size_t pieces,
                         const std::vector<std::string>& targets);

/// Reads a schedule: one fault a line as `AFTER KIND TARGET`, such as
/// `120 throw count-2`; empty lines and lines that begin with `#` are skipped.
/// @returns the faults in the order of `after`, or `errc::bad_input` with one
///          line that names the line, the value and what is allowed.
caf::expected<schedule> parse_schedule(std::string_view text, size_t pieces,
                                       const std::vector<std::string>& targets);

} // namespace demo
