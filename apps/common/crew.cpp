// SPDX-License-Identifier: Apache-2.0

#include "common/crew.hpp"

#include <utility>

#include "caf/event_based_actor.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/remote/node.hpp"

namespace app {

namespace {

using crew_actor = caf::stateful_actor<crew_state>;

void withdraw(crew_actor* self, const caf::actor& pool, size_t slot) {
  // A slot that the pool has given up by itself is as good.
  self->request(pool, caf::infinite, troupe::withdraw_atom::value, slot)
      .then([] {}, [](const caf::error&) {});
}

void dismiss(crew_actor* self, const caf::actor& pool,
             const std::string& node) {
  auto i = self->state.homes.find(node);
  if (i == self->state.homes.end())
    return;
  for (auto slot : i->second.slots)
    withdraw(self, pool, slot);
  self->state.homes.erase(i);
}

void engage(crew_actor* self, const caf::actor& pool,
            const troupe::node_event& x, const troupe::starter& start) {
  // It may be up again after it was suspected.
  auto known = self->state.homes.find(x.name);
  if (known != self->state.homes.end() && known->second.id == x.id)
    return;
  dismiss(self, pool, x.name);
  self->state.homes[x.name].id = x.id;
  for (size_t i = 0; i < x.workers; ++i)
    self->request(pool, caf::infinite, troupe::worker_atom::value, start)
        .then(
            [=](size_t slot) {
              auto home = self->state.homes.find(x.name);
              if (home != self->state.homes.end() && home->second.id == x.id)
                home->second.slots.push_back(slot);
              else
                withdraw(self, pool, slot);
            },
            [](const caf::error&) {
              // The pool is gone, and with it the run.
            });
}

} // namespace

caf::behavior crew(crew_actor* self, caf::actor pool,
                   std::vector<troupe::starter> local,
                   remote_starter start_on) {
  for (auto& start : local)
    self->request(pool, caf::infinite, troupe::worker_atom::value, start)
        .then([](size_t) {}, [](const caf::error&) {});
  return {
      [=](const troupe::node_event& x) {
        switch (x.state) {
          case troupe::node_state::up:
            engage(self, pool, x, start_on(x.name));
            return;
          case troupe::node_state::joining:
          case troupe::node_state::suspected:
            return;
          case troupe::node_state::leaving:
          case troupe::node_state::lost:
          case troupe::node_state::left:
            dismiss(self, pool, x.name);
            return;
        }
      },
  };
}

} // namespace app
