// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "troupe/observe/flight_record.hpp"
#include "troupe/observe/letter_page.hpp"
#include "troupe/observe/observed_event.hpp"
#include "troupe/observe/quarantine_page.hpp"
#include "troupe/observe/system_snapshot.hpp"

#include "common/page.hpp"
#include "options.hpp"

// What is shown to people. Foreign text in it is escaped.

namespace cli {

/// Returns rows as lines, each column as wide as its widest cell; the first row
/// is the head.
std::string to_table(const std::vector<std::vector<std::string>>& rows);

/// Returns the local time of day, to the millisecond.
std::string clock_time(caf::timestamp x);

/// Returns trees with one line for each child.
std::string to_tree(const troupe::system_snapshot& x, app::colours c);

/// A child, and the node whose tree it is in.
struct row {
  const troupe::observed_child* child;
  const troupe::node_snapshot* from;
};

/// Returns all children of all nodes but the supervisors, sorted.
std::vector<row> rows_of(const troupe::system_snapshot& x, order by);

/// Returns head and cells of a table of children.
std::vector<std::vector<std::string>> cells_of(const std::vector<row>& rows);

std::string to_text(const troupe::observed_event& x, app::colours c);

std::string to_text(const troupe::letter_page& x);

std::string to_text(const troupe::quarantine_page& x);

/// Returns one message with its history.
std::string to_text(const troupe::observed_quarantine& x);

std::string to_text(const troupe::flight_record& x);

/// Returns tables of nodes, processes and pools.
std::string to_node_tables(const troupe::system_snapshot& x);

/// Returns one line for each node that told nothing, or not all.
std::string to_warnings(const troupe::system_snapshot& x);

} // namespace cli
