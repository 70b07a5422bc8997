// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "caf/meta/type_name.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// A line that a worker process has written to its standard output or error.
struct process_output {
  enum class stream : uint8_t { out = 1, err };

  /// Id of the child that the process works for; empty before it has one.
  std::string child = {};

  /// Number of that child's incarnation.
  uint64_t generation = 0;

  /// Id of the process.
  int64_t pid = 0;

  stream from = stream::out;

  /// Without its end. A longer line than `process_host_options` permits comes
  /// in parts, of which all but the last end with "...".
  std::string line = {};
};

/// @relates process_output
std::string to_string(process_output::stream x);

/// Returns one line for people, as in `tiles#3 (pid 4711) err: bad block`.
/// @relates process_output
std::string describe(const process_output& x);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, process_output& x) {
  return f(caf::meta::type_name("troupe::process_output"), x.child,
           x.generation, x.pid, x.from, x.line);
}

} // namespace troupe
