// SPDX-License-Identifier: Apache-2.0

#include "remote/loan_book.hpp"

#include <algorithm>

namespace troupe {

namespace {

/// A supervisor that restarts a child later than that after it was lost gets no
/// advice.
constexpr caf::timespan memory = std::chrono::minutes{10};

} // namespace

void loan_book::granted(const caf::node_id& node, time_point now) {
  grants_[node] = now;
}

void loan_book::lent(const std::string& key, const caf::node_id& node,
                     const std::string& name, uint64_t generation) {
  loans_.insert_or_assign(key, loan{node, name, generation, std::nullopt});
}

void loan_book::ended(const std::string& key, uint64_t generation) {
  auto i = loans_.find(key);
  if (i != loans_.end() && i->second.generation == generation
      && !i->second.over)
    loans_.erase(i);
}

void loan_book::lost(const caf::node_id& node, time_point now) {
  auto over = now;
  if (auto i = grants_.find(node); i != grants_.end()) {
    over = std::max(over, i->second + lease_ + lease_ / 10);
    grants_.erase(i);
  }
  for (auto& [key, x] : loans_)
    if (x.node == node && !x.over)
      x.over = over;
}

void loan_book::settled(const caf::node_id& node, time_point now) {
  grants_.erase(node);
  for (auto& [key, x] : loans_)
    if (x.node == node)
      x.over = std::min(x.over.value_or(now), now);
}

std::optional<former_incarnation> loan_book::former(const std::string& key,
                                                    time_point now) const {
  auto i = loans_.find(key);
  if (i == loans_.end() || !i->second.over)
    return std::nullopt;
  return former_incarnation{i->second.name, *i->second.over <= now};
}

std::optional<loan_book::time_point>
loan_book::next_deadline(time_point now) const {
  std::optional<time_point> result;
  for (auto& [key, x] : loans_)
    if (x.over && *x.over > now)
      result = result ? std::min(*result, *x.over) : *x.over;
  return result;
}

void loan_book::tick(time_point now) {
  std::erase_if(loans_, [&](auto& kvp) {
    auto& over = kvp.second.over;
    return over && *over <= now - memory;
  });
}

} // namespace troupe
