// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "caf/error.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/optional.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// Which of the tasks that wait goes first. Within one class the oldest does;
/// a task of a lower class may wait as long as there are tasks of a higher one.
enum class task_priority : uint8_t { low = 1, normal, high };

/// @relates task_priority
std::string to_string(task_priority x);

/// How many workers get a task, and which of their answers are wanted.
enum class spread : uint8_t {
  /// One worker, chosen by the pool's routing policy, and tried again when it
  /// dies.
  one = 1,
  /// Each worker that is up gets a copy. If one of them holds `max_credit`
  /// copies already, nobody gets one: the answer is `errc::queue_full`. Else it
  /// is a `std::vector<caf::message>` with all answers by slot, or the first
  /// error.
  all,
  /// As `all`, but workers with too many copies are left out while there are
  /// others, and the answer is the first that is no error, as it is.
  first,
  /// As `first`, but the answer is the vector of the first `quorum` answers
  /// that are no errors, in the order in which they came. If fewer workers than
  /// that are up or take a copy, nobody gets one: the answer is
  /// `errc::quorum_lost` or `errc::queue_full`.
  quorum,
};

/// @relates spread
std::string to_string(spread x);

/// What a pool is to know of one task. Sent in front of the task's own message,
/// and taken off before a worker gets it:
///
///     self->request(pool, timeout, task_options{.priority = ...}, x, y);
struct task_options {
  task_priority priority = task_priority::normal;

  /// How long the task may take from its arrival in the pool, at least 1 us. A
  /// task that still waits then is answered with `errc::deadline_passed` and
  /// never begins; one that runs is answered so, too, and is cancelled.
  caf::optional<caf::timespan> time_limit = {};

  /// Attempts, 1 to 1000; without a value, what the pool's options say.
  caf::optional<uint32_t> max_attempts = {};

  /// With `routing::consistent_hash`, equal keys go to the same worker while it
  /// is up and has credit.
  std::string key = {};

  /// Tasks of one group are cancelled together by `(cancel_atom, group)`.
  std::string group = {};

  spread to = spread::one;

  /// Answers wanted, with `spread::quorum` only: at least 1.
  uint32_t quorum = 0;
};

/// Returns the first wrong field of `x` as `errc::bad_task_option`.
/// @relates task_options
caf::error validate(const task_options& x);

/// @relates task_options
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, task_options& x) {
  return f(caf::meta::type_name("troupe::task_options"), x.priority,
           x.time_limit, x.max_attempts, x.key, x.group, x.to, x.quorum);
}

} // namespace troupe
