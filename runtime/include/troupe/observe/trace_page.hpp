// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/meta/type_name.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/trace.hpp"

namespace troupe {

/// Spans that an observer remembers.
struct trace_page {
  /// The node that they were on.
  std::string node = {};

  /// In the order in which they ended.
  std::vector<trace_span> spans = {};

  /// Number of the last one, by which to ask for what comes after it.
  uint64_t last = 0;

  /// Spans between the one asked for and the first one here, which are not
  /// remembered any more or were too many.
  uint64_t lost = 0;

  /// See `event_page::log`.
  uint64_t log = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, trace_page& x) {
  return f(caf::meta::type_name("troupe::trace_page"), x.node, x.spans, x.last,
           x.lost, x.log);
}

/// What was done on one node.
struct node_spans {
  std::string node = {};
  std::vector<trace_span> spans = {};
};

/// Returns the number of a trace as text, 32 digits.
/// @relates trace_span
std::string trace_id(const trace_span& x);

} // namespace troupe
