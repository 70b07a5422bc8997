// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <map>
#include <string>

#include "caf/actor.hpp"
#include "caf/actor_clock.hpp"
#include "caf/error.hpp"
#include "caf/event_based_actor.hpp"

namespace troupe {

/// Where a child was found.
struct found_child {
  caf::actor supervisor;
  std::string id;
};

using child_found = std::function<void(const found_child&)>;
using child_missing = std::function<void(caf::error)>;

/// Finds the supervisor of the child with this path. Ids may have slashes.
/// Whether the child is there is for the supervisor to tell.
///
/// Calls one of `found` and `missing` once, at the latest at `end`; `missing`
/// with `bad_input` for the path of a root, `unknown_child`, or with what a
/// supervisor on the way says.
void find_child(caf::event_based_actor* self,
                const std::map<std::string, caf::actor>& roots,
                const std::string& path, caf::actor_clock::time_point end,
                child_found found, child_missing missing);

/// As above for the supervisor with this path, which may be a root; `id` is
/// empty.
void find_supervisor(caf::event_based_actor* self,
                     const std::map<std::string, caf::actor>& roots,
                     const std::string& path, caf::actor_clock::time_point end,
                     child_found found, child_missing missing);

} // namespace troupe
