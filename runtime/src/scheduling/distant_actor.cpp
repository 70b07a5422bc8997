// SPDX-License-Identifier: Apache-2.0

#include "scheduling/distant_actor.hpp"

#include "caf/abstract_actor.hpp"
#include "caf/actor_cast.hpp"

namespace troupe {

distant_view::~distant_view() {
  // nop
}

std::shared_ptr<distant_view> view_of(const caf::actor& x) {
  if (!x)
    return nullptr;
  auto ptr = caf::actor_cast<caf::abstract_actor*>(x);
  auto distant = dynamic_cast<distant_actor*>(ptr);
  return distant != nullptr ? distant->view() : nullptr;
}

} // namespace troupe
