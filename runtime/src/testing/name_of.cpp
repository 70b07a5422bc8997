// SPDX-License-Identifier: Apache-2.0

#include "testing/name_of.hpp"

#include <fmt/format.h>

#include "caf/monitorable_actor.hpp"

namespace troupe {

std::string name_of(const caf::strong_actor_ptr& x) {
  if (!x)
    return "nobody";
  auto ptr = dynamic_cast<const caf::monitorable_actor*>(x->get());
  return fmt::format("{} #{}", ptr != nullptr ? ptr->name() : "actor", x->id());
}

} // namespace troupe
