// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/meta/type_name.hpp"
#include "caf/optional.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/cell_work.hpp"

namespace troupe {

/// Asks the observer of a node for the numbers of actors there.
struct cell_query {
  std::vector<uint64_t> actors = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cell_query& x) {
  return f(caf::meta::type_name("troupe::cell_query"), x.actors);
}

/// What a node knows of one of its cells, see `child_info`.
struct cell_report {
  uint64_t actor = 0;
  uint64_t waiting = 0;
  uint64_t control_waiting = 0;
  caf::optional<caf::timespan> busy_for = {};
  std::string message = {};
  cell_work work = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cell_report& x) {
  return f(caf::meta::type_name("cell_report"), x.actor, x.waiting,
           x.control_waiting, x.busy_for, x.message, x.work);
}

/// Those of the actors that live and are cells.
struct cell_reports {
  std::vector<cell_report> cells = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cell_reports& x) {
  return f(caf::meta::type_name("troupe::cell_reports"), x.cells);
}

} // namespace troupe
