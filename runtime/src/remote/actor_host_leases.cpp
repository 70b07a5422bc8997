// SPDX-License-Identifier: Apache-2.0

// The leases of an `actor_host`: what it was lent ends with them.

#include <algorithm>
#include <utility>

#include "caf/exit_reason.hpp"

#include "remote/actor_host.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"

namespace troupe {

void actor_host::ask_for_lease(const caf::node_id& who) {
  auto& x = need_client(who);
  if (x.lease.pending())
    return;
  x.lease.asked(now());
  lease_due key{who, x.number};
  request<caf::message_priority::high>(x.grantor, caf::infinite, renew_atom_v)
      .then([=, this](caf::timespan length) { granted(key, length); },
            [=, this](const caf::error& why) { refused(key, why); });
}

void actor_host::granted(const lease_due& key, caf::timespan length) {
  auto x = find_client(key);
  if (x == nullptr)
    return;
  auto is_first = !x->lease.until();
  x->lease.granted(length);
  for (auto& y : std::exchange(x->waiting, {}))
    start(key.client, std::move(y));
  if (is_first)
    delayed_send(this, length / 4, key);
}

void actor_host::refused(const lease_due& key, const caf::error& why) {
  auto x = find_client(key);
  if (x == nullptr)
    return;
  x->lease.refused();
  for (auto& y : std::exchange(x->waiting, {}))
    y.promise.deliver(why);
}

void actor_host::look_at_lease(const lease_due& key) {
  auto x = find_client(key);
  if (x == nullptr)
    return;
  auto left = *x->lease.until() - now();
  if (left <= caf::timespan{0}) {
    end_all_of(key.client);
    return;
  }
  if (x->actors.empty() && x->waiting.empty() && x->starting == 0) {
    clients_.erase(key.client);
    return;
  }
  ask_for_lease(key.client);
  // Four times per lease, and at its end.
  delayed_send(this, std::min(left, x->lease.length() / 4), key);
}

void actor_host::end_all_of(const caf::node_id& who) {
  auto i = clients_.find(who);
  if (i == clients_.end())
    return;
  auto gone = std::move(i->second);
  clients_.erase(i);
  lost_starting_ += gone.starting;
  for (auto& x : gone.actors)
    send_exit(x, caf::exit_reason::remote_link_unreachable);
  ending_.merge(gone.actors);
  for (auto& x : gone.waiting)
    x.promise.deliver(make_error(errc::link_lost, "the link is lost"));
  count_changed();
}

} // namespace troupe
