// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "caf/actor.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/timespan.hpp"

namespace troupe {

/// The handler of the message throws a `std::runtime_error`.
struct throws {
  std::string text = "injected failure";
};

/// The actor ends with this reason instead of handling the message. A request
/// is not answered.
struct quits {
  caf::error reason;
};

/// The message is lost. A request is not answered.
struct drops {};

/// The message arrives so much later; those behind it overtake it.
struct delays {
  caf::timespan by;
};

/// Returns whether `x` is a message or a request, and neither a response nor
/// one of CAF's own.
bool is_ordinary(const caf::mailbox_element& x);

/// Returns a predicate for ordinary messages sent by `x`.
std::function<bool(const caf::mailbox_element&)> sent_by(const caf::actor& x);

/// Something that goes wrong with certain messages.
struct fault {
  std::variant<throws, quits, drops, delays> what = throws{};

  /// The first message that is struck, counting those that match from 1.
  size_t nth = 1;

  /// Messages in a row that are struck; without a value, all that follow.
  std::optional<size_t> times = 1;

  /// Which messages count. CAF's own (exit, down, timeouts, errors) never do.
  std::function<bool(const caf::mailbox_element&)> matching = is_ordinary;
};

/// What goes wrong with the messages of one actor, or of all those that got
/// copies of the plan, such as the incarnations of a child: they count
/// together. Without faults, nothing does.
///
/// A message is compared with the faults in the order in which they were added;
/// the first that strikes decides, and each one counts for itself. Thread-safe.
class fault_plan {
public:
  using action = decltype(fault::what);

  fault_plan();

  /// A plan with one fault.
  fault_plan(fault x); // NOLINT(google-explicit-constructor)

  /// Adds a fault, also while actors run.
  fault_plan& add(fault x);

  /// Removes all faults. Delayed messages still arrive.
  void clear();

  /// Returns how many messages were struck.
  size_t struck() const;

  // -- for those who carry out the plan ---------------------------------------

  /// Counts `x` and returns what happens to it, if anything.
  std::optional<action> strike(const caf::mailbox_element& x);

  /// Has `strike` let `x` pass the next time, and not count it.
  void exempt(const caf::mailbox_element& x);

private:
  struct state;

  std::shared_ptr<state> state_;
};

} // namespace troupe
