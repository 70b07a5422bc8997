// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/fwd.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/optional.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/cell_work.hpp"

namespace troupe {

/// What a node tells of a cell that it was lent: `cell_stats`, and the last
/// messages, oldest first.
struct lent_report {
  struct message {
    caf::timespan age;
    uint64_t sender;
    uint64_t id;
    std::string type;
    uint64_t size;
  };

  uint64_t waiting = 0;
  uint64_t skipped = 0;
  caf::optional<caf::timespan> busy_for = {};
  uint64_t control_waiting = 0;
  cell_work work = {};
  std::vector<message> last = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, lent_report::message& x) {
  return f(caf::meta::type_name("lent_report::message"), x.age, x.sender, x.id,
           x.type, x.size);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, lent_report& x) {
  return f(caf::meta::type_name("troupe::lent_report"), x.waiting, x.skipped,
           x.busy_for, x.control_waiting, x.work, x.last);
}

/// Says what the cell `x` does, or did.
lent_report make_lent_report(const caf::actor& x);

/// @relates lent_report
cell_stats stats_in(const lent_report& x);

/// Returns the last messages, whose types are fit for a line whatever the node
/// has sent.
/// @relates lent_report
std::vector<envelope_record> history_in(const lent_report& x);

} // namespace troupe
