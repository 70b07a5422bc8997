// SPDX-License-Identifier: Apache-2.0

#include "remote/placement.hpp"

#include <algorithm>

namespace troupe {

namespace {

using kind = placement_decision::kind;

bool has_role(const candidate& x, const std::string& role) {
  return std::find(x.roles.begin(), x.roles.end(), role) != x.roles.end();
}

bool is_less_loaded(const candidate& x, const candidate& y) {
  // Load per worker, without a division.
  auto left = x.load * y.workers;
  auto right = y.load * x.workers;
  return left != right ? left < right : x.name < y.name;
}

/// Returns the least loaded of those that fit, or null.
template <class Predicate>
const candidate* pick(const std::vector<candidate>& from, Predicate fits) {
  const candidate* result = nullptr;
  for (auto& x : from)
    if (x.state == node_state::up && fits(x)
        && (result == nullptr || is_less_loaded(x, *result)))
      result = &x;
  return result;
}

const candidate* choose(const placement_request& x,
                        const std::vector<candidate>& from) {
  auto& name = x.place.name;
  auto stays = x.when_lost == node_loss::wait && x.former;
  auto offers = [](const candidate& y) { return y.workers > 0; };
  auto is_former = [&](const candidate& y) {
    return !stays || y.name == x.former->node;
  };
  switch (x.place.what) {
    case start_place::kind::named: {
      auto result = pick(from, [&](auto& y) { return y.name == name; });
      if (result == nullptr && x.when_lost == node_loss::elsewhere)
        result = pick(from, offers);
      return result;
    }
    case start_place::kind::role:
      return pick(from,
                  [&](auto& y) { return has_role(y, name) && is_former(y); });
    case start_place::kind::any:
      return pick(from, [&](auto& y) { return offers(y) && is_former(y); });
  }
  return nullptr;
}

} // namespace

placement_decision place(const placement_request& x,
                         const std::vector<candidate>& candidates) {
  auto otherwise =
      x.how == placement_request::mode::patient ? kind::wait : kind::refuse;
  if (x.former && x.when_lost == node_loss::give_up)
    return {kind::give_up};
  if (x.former && !x.former->over)
    return {otherwise};
  if (auto chosen = choose(x, candidates))
    return {kind::start, chosen->name};
  return {otherwise};
}

} // namespace troupe
