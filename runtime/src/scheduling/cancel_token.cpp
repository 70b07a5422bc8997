// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/cancel_token.hpp"

#include <algorithm>
#include <utility>

#include "caf/actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/local_actor.hpp"

#include "troupe/scheduling/detail/cell_probe.hpp"
#include "troupe/scheduling/ticks.hpp"

#include "scheduling/distant_actor.hpp"

namespace troupe {

cancel_token::cancel_token(const caf::local_actor* self) {
  caf::strong_actor_ptr owner{self->ctrl()};
  if (auto probe = dynamic_cast<detail::cell_probe*>(owner->get())) {
    core_ = &probe->core();
    owner_ = std::move(owner);
  }
}

bool request_cancel(const caf::actor& x, caf::timespan at_least) {
  if (!x)
    return false;
  at_least = std::max(at_least, caf::timespan{0});
  auto ptr = caf::actor_cast<caf::abstract_actor*>(x);
  if (auto probe = dynamic_cast<detail::cell_probe*>(ptr))
    return probe->request_cancel(ticks::from_duration(at_least));
  auto view = view_of(x);
  return view != nullptr && view->request_cancel(at_least);
}

} // namespace troupe
