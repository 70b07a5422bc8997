// SPDX-License-Identifier: Apache-2.0

#include "roster.hpp"

#include <algorithm>
#include <utility>

namespace fib_app {

roster::roster(std::string name, caf::node_id id, size_t workers) {
  names_.emplace(std::move(id), name);
  auto& self = at(name);
  self.share.workers = workers;
}

void roster::book(const troupe::node_event& x) {
  using troupe::node_state;
  // Of a node that is joining there may be no name yet.
  if (x.state == node_state::joining || x.state == node_state::suspected)
    return;
  auto& node = at(x.name);
  node.up = x.state == node_state::up;
  if (node.up) {
    names_[x.id] = x.name;
    node.share.workers = x.workers;
  } else if (x.state != node_state::leaving) {
    node.share.loss = x.state == node_state::left ? "it left" : x.reason;
  }
}

void roster::book(const troupe::pool_event& x) {
  using kind = troupe::pool_event::kind;
  switch (x.what) {
    case kind::up:
      ready_.insert(x.slot);
      return;
    case kind::lost:
      ready_.erase(x.slot);
      latest_loss_ = x.reason;
      at(x.node.empty() ? members_.front().share.name : x.node)
          .share.requeued += x.requeued;
      return;
    case kind::given_up:
      ready_.erase(x.slot);
      given_up_.insert(x.slot);
      latest_loss_ = x.reason;
      return;
    case kind::withdrawn:
      ready_.erase(x.slot);
      return;
  }
}

bool roster::complete() const noexcept {
  size_t expected = 0;
  for (auto& node : members_)
    if (node.up)
      expected += node.share.workers;
  return ready_.size() + given_up_.size() >= expected;
}

const std::string& roster::name_of(const ledger::worker& x) const {
  static const std::string unknown = "unknown";
  auto i = names_.find(x.home);
  return i == names_.end() ? unknown : i->second;
}

std::vector<node_share> roster::shares(const ledger& books) const {
  std::vector<node_share> result;
  for (auto& node : members_)
    result.push_back(node.share);
  for (auto& worker : books.workers()) {
    auto& name = name_of(worker);
    auto i = std::find_if(result.begin(), result.end(),
                          [&](auto& x) { return x.name == name; });
    if (i == result.end())
      i = result.insert(i, {.name = name});
    i->tasks += worker.tasks;
    i->busy += worker.busy;
  }
  return result;
}

roster::member& roster::at(const std::string& name) {
  auto i = std::find_if(members_.begin(), members_.end(),
                        [&](auto& x) { return x.share.name == name; });
  if (i == members_.end())
    i = members_.insert(i, {.share = {.name = name}});
  return *i;
}

} // namespace fib_app
