// SPDX-License-Identifier: Apache-2.0

#include "remote/member_table.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "troupe/base/address.hpp"

namespace troupe {

namespace {

/// Full jitter may pick no delay at all.
constexpr caf::timespan shortest_delay = std::chrono::milliseconds{20};

} // namespace

member_table::member_table(node_contact own, member_rules rules)
    : own_(std::move(own)), rules_(rules) {
  // nop
}

// -- whom to look for ---------------------------------------------------------

void member_table::seed(const std::string& address, time_point now) {
  if (address == own_.address)
    return;
  aim_at(address, {}, {}, now);
  if (auto i = targets_.find(address); i != targets_.end())
    i->second.is_seed = true;
  dial_due(now);
}

void member_table::learned(const std::vector<node_contact>& nodes,
                           time_point now) {
  for (auto& x : nodes) {
    if (!permitted(x.address) || x.address == own_.address
        || x.name == own_.name)
      continue;
    if (auto known = find(x.id); known != nullptr && is_linked(known->state))
      continue;
    aim_at(x.address, x.name, x.id, now);
  }
  dial_due(now);
}

void member_table::wanted(const caf::node_id& id, time_point now) {
  for (auto& [address, x] : targets_)
    if (x.id == id && !x.under_way && !reached(address, x))
      x.due = std::min(x.due, now);
  dial_due(now);
}

void member_table::aim_at(const std::string& address, std::string name,
                          const caf::node_id& id, time_point now) {
  if (auto i = targets_.find(address); i != targets_.end()) {
    i->second.id = id ? id : i->second.id;
    return;
  }
  target x{.name = std::move(name), .id = id, .due = now, .since = now};
  if (targets_.size() >= rules_.max_members) {
    x.reason = crowded();
    actions_.emplace_back(tell_watchers{joining(address, x)});
    return;
  }
  if (!reached(address, x) && find(x.name) == nullptr)
    actions_.emplace_back(tell_watchers{joining(address, x)});
  targets_.emplace(address, std::move(x));
}

void member_table::dial_ended(const std::string& address, dial_outcome how,
                              const std::string& why, time_point now,
                              double random) {
  --dials_;
  auto i = targets_.find(address);
  if (i != targets_.end()) {
    auto& x = i->second;
    x.under_way = false;
    x.reached = how == dial_outcome::linked;
    if (!reached(address, x)) {
      auto delay = backoff_delay(rules_.reconnect, x.failures++, random);
      x.due = now + std::max(delay, shortest_delay);
      if (std::exchange(x.reason, why) != why && find(x.name) == nullptr)
        actions_.emplace_back(tell_watchers{joining(address, x)});
    } else if (x.is_seed) {
      x.failures = 0;
      x.reason.clear();
    } else {
      targets_.erase(i);
    }
  }
  // Its link was closed, and now nobody listens there: the process is gone.
  // After a silence, who refuses may as well stand in the way of a network that
  // was cut.
  if (how == dial_outcome::refused)
    for (auto& [name, x] : members_)
      if (x.event.state == node_state::lost && x.event.address == address
          && !x.fell_silent)
        settle(x);
  dial_due(now);
}

// -- what the links report ----------------------------------------------------

void member_table::up(node_event x, time_point now) {
  x.state = node_state::up;
  x.reason.clear();
  auto i = members_.find(x.name);
  if (i == members_.end() && !make_room()) {
    x.state = node_state::joining;
    x.reason = crowded();
    actions_.emplace_back(refuse_node{x.id, x.reason});
    actions_.emplace_back(tell_watchers{std::move(x)});
    return;
  }
  if (i != members_.end()) {
    auto& former = i->second;
    if (former.event.id == x.id && is_linked(former.event.state)) {
      if (former.event.state == node_state::suspected) {
        former.event.state = node_state::up;
        former.event.reason.clear();
        tell(former);
      }
      return;
    }
    // The same process has noticed by now; another one has its port.
    if (former.event.id == x.id
        || (!x.address.empty() && former.event.address == x.address))
      settle(former);
  }
  auto& y = members_[x.name];
  y = {.event = std::move(x), .since = now};
  if (auto t = targets_.find(y.event.address);
      t != targets_.end() && !t->second.is_seed && !t->second.under_way)
    targets_.erase(t);
  tell(y);
  introduce(y.event);
}

void member_table::suspected(const caf::node_id& id,
                             const std::string& reason) {
  auto x = find_member(id);
  if (x == nullptr || x->event.state != node_state::up)
    return;
  x->event.state = node_state::suspected;
  x->event.reason = reason;
  tell(*x);
}

void member_table::leaving(const caf::node_id& id) {
  auto x = find_member(id);
  if (x == nullptr || !is_linked(x->event.state)
      || x->event.state == node_state::leaving)
    return;
  x->event.state = node_state::leaving;
  tell(*x);
}

void member_table::lost(const caf::node_id& id, const std::string& reason,
                        time_point now) {
  auto x = find_member(id);
  if (x == nullptr || !is_linked(x->event.state))
    return;
  x->fell_silent = x->event.state == node_state::suspected;
  x->event.state = node_state::lost;
  x->event.reason = reason;
  x->since = now;
  tell(*x);
  look_again(now);
  if (permitted(x->event.address)) {
    // No news to anybody: `lost` says that it is looked for.
    auto& t = targets_[x->event.address];
    if (!t.under_way)
      t.due = now;
    t.name = x->event.name;
    t.id = id;
    t.since = now;
    t.failures = 0;
  }
  dial_due(now);
}

void member_table::left(const caf::node_id& id, time_point now) {
  auto x = find_member(id);
  if (x == nullptr || !is_linked(x->event.state))
    return;
  x->event.state = node_state::left;
  x->event.reason.clear();
  tell(*x);
  settle(*x);
  members_.erase(x->event.name);
  look_again(now);
  dial_due(now);
}

// -----------------------------------------------------------------------------

void member_table::tick(time_point now) {
  auto is_old = [&](time_point since) {
    return now - since >= rules_.forget_after;
  };
  std::erase_if(targets_, [&](auto& kvp) {
    auto& x = kvp.second;
    return !x.is_seed && !x.under_way && is_old(x.since);
  });
  std::erase_if(members_, [&](auto& kvp) {
    return kvp.second.event.state == node_state::lost
           && is_old(kvp.second.since);
  });
  dial_due(now);
}

std::optional<member_table::time_point> member_table::next_deadline() const {
  std::optional<time_point> result;
  auto take = [&](time_point x) { result = result ? std::min(*result, x) : x; };
  for (auto& [address, x] : targets_)
    if (!x.under_way && !reached(address, x) && dials_ < rules_.max_dials)
      take(x.due);
  for (auto& [name, x] : members_)
    if (x.event.state == node_state::lost)
      take(x.since + rules_.forget_after);
  return result;
}

std::optional<member_action> member_table::next() {
  if (actions_.empty())
    return std::nullopt;
  auto result = std::move(actions_.front());
  actions_.pop_front();
  return result;
}

const node_event* member_table::find(const std::string& name) const {
  auto i = members_.find(name);
  return i != members_.end() ? &i->second.event : nullptr;
}

const node_event* member_table::find(const caf::node_id& id) const {
  for (auto& [name, x] : members_)
    if (id && x.event.id == id)
      return &x.event;
  return nullptr;
}

std::vector<node_event> member_table::linked() const {
  std::vector<node_event> result;
  for (auto& [name, x] : members_)
    if (is_linked(x.event.state))
      result.push_back(x.event);
  return result;
}

std::vector<node_event> member_table::joining() const {
  std::vector<node_event> result;
  for (auto& [address, x] : targets_)
    if (!reached(address, x) && find(x.name) == nullptr)
      result.push_back(joining(address, x));
  return result;
}

// -- helpers ------------------------------------------------------------------

member_table::member* member_table::find_member(const caf::node_id& id) {
  for (auto& [name, x] : members_)
    if (x.event.id == id)
      return &x;
  return nullptr;
}

/// Forgets the node that has been lost for longest if there is no room left.
/// @returns whether there is room.
bool member_table::make_room() {
  if (members_.size() < rules_.max_members)
    return true;
  auto oldest = members_.end();
  for (auto i = members_.begin(); i != members_.end(); ++i)
    if (i->second.event.state == node_state::lost
        && (oldest == members_.end() || i->second.since < oldest->second.since))
      oldest = i;
  if (oldest == members_.end())
    return false;
  members_.erase(oldest);
  return true;
}

std::string member_table::crowded() const {
  return fmt::format("node {} knows {} others, as many as it may", own_.name,
                     rules_.max_members);
}

node_event member_table::joining(const std::string& address, const target& x) {
  return {.name = x.name,
          .state = node_state::joining,
          .reason = x.reason,
          .address = address};
}

bool member_table::reached(const std::string& address, const target& x) const {
  if (x.reached)
    return true;
  return std::any_of(members_.begin(), members_.end(), [&](auto& kvp) {
    auto& event = kvp.second.event;
    return event.address == address && is_linked(event.state);
  });
}

bool member_table::permitted(const std::string& address) const {
  auto where = parse_address(address);
  return where && where->port != 0
         && (rules_.reach == dial_reach::anywhere || is_loopback(*where));
}

/// The newcomer dials; the others do so only where it cannot.
void member_table::introduce(const node_event& x) {
  std::vector<node_contact> others;
  for (auto& [name, y] : members_) {
    if (name == x.name || !is_linked(y.event.state))
      continue;
    if (!y.event.address.empty())
      others.push_back({name, y.event.id, y.event.address});
    else if (!x.address.empty())
      actions_.emplace_back(
          introduce_nodes{y.event.id, {{x.name, x.id, x.address}}});
  }
  if (!others.empty())
    actions_.emplace_back(introduce_nodes{x.id, std::move(others)});
}

void member_table::settle(member& x) {
  if (!std::exchange(x.settled, true))
    actions_.emplace_back(node_settled{x.event.id});
}

void member_table::tell(const member& x) {
  actions_.emplace_back(tell_watchers{x.event});
}

/// An address may be another name for that of the node that is gone: whoever
/// is linked there takes no harm from being dialled once more.
void member_table::look_again(time_point now) {
  for (auto& [address, x] : targets_)
    if (std::exchange(x.reached, false))
      x.due = now;
}

void member_table::dial_due(time_point now) {
  for (auto& [address, x] : targets_) {
    if (dials_ >= rules_.max_dials)
      return;
    if (x.under_way || x.due > now || reached(address, x))
      continue;
    x.under_way = true;
    ++dials_;
    actions_.emplace_back(dial_node{address});
  }
}

} // namespace troupe
