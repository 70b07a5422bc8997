// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "caf/meta/type_name.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/pool/task_batch.hpp"
#include "troupe/pool/task_failure.hpp"

namespace troupe {

/// What a worker replies to a `task_batch`.
struct batch_result {
  /// One result for each input, in order; a default value where the task
  /// failed. Empty for functions that return nothing.
  task_batch values;

  /// Failed tasks by position in the batch, without input. The reasons are of
  /// troupe's or CAF's own categories and carry nothing but a text.
  std::vector<task_failure> failures;

  /// How long the worker computed.
  caf::timespan busy{0};
};

/// @relates batch_result
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, batch_result& x) {
  return f(caf::meta::type_name("troupe::batch_result"), x.values, x.failures,
           x.busy);
}

} // namespace troupe
