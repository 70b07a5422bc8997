// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "troupe/observe/trace_page.hpp"

#include "common/page.hpp"

namespace cli {

/// Returns one line for each trace, the latest ones last, at most `max`.
std::string to_trace_table(const std::vector<troupe::node_spans>& x,
                           size_t max);

/// Returns the spans of one trace, those that were done for another one below
/// it.
std::string to_trace_tree(const std::vector<troupe::node_spans>& x,
                          app::colours c);

} // namespace cli
