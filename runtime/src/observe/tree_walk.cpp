// SPDX-License-Identifier: Apache-2.0

#include "observe/tree_walk.hpp"

#include <algorithm>
#include <utility>

#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

namespace troupe {

bool is_below(const std::string& path, const std::string& prefix) {
  if (prefix.empty() || path == prefix)
    return true;
  return path.size() > prefix.size() && path[prefix.size()] == '/'
         && path.compare(0, prefix.size(), prefix) == 0;
}

std::string why_silent(const caf::error& x) {
  if (x == caf::sec::request_timeout)
    return "no answer in time";
  if (x == caf::sec::request_receiver_down)
    return has_ended;
  return plain_text(describe(x));
}

tree_walk::tree_walk(caf::event_based_actor* self, std::string under,
                     time_point end, std::function<void(tree_walk&)> done)
    : self_(self), under_(std::move(under)), end_(end), done_(std::move(done)) {
  // nop
}

void tree_walk::start(const std::map<std::string, caf::actor>& from) {
  ++open_;
  for (auto& [name, who] : from)
    if (leads_there(name))
      roots.push_back(visit(name, who));
  one_less();
}

tree_branch* tree_walk::visit(std::string path, caf::actor who) {
  auto& branch =
      branches_.emplace_back(tree_branch{std::move(path), std::move(who)});
  if (!branch.who) {
    branch.note = has_ended;
    return &branch;
  }
  ++open_;
  which_children(self_, branch.who, time_left())
      .then(
          [alive = shared_from_this(), &branch](std::vector<child_info>& xs) {
            alive->took(branch, xs);
            alive->one_less();
          },
          [alive = shared_from_this(), &branch](const caf::error& why) {
            branch.note = why_silent(why);
            alive->one_less();
          });
  return &branch;
}

void tree_walk::took(tree_branch& branch, std::vector<child_info>& xs) {
  branch.children = std::move(xs);
  for (size_t i = 0; i < branch.children.size(); ++i) {
    auto& x = branch.children[i];
    if (x.is_supervisor && x.actor != 0
        && leads_there(branch.path + "/" + x.id))
      descend(branch, i);
  }
}

void tree_walk::descend(tree_branch& branch, size_t index) {
  ++open_;
  auto& id = branch.children[index].id;
  auto arrive = [alive = shared_from_this(), &branch,
                 index](caf::actor who, const std::string& note) {
    auto path = branch.path + "/" + branch.children[index].id;
    auto next = alive->visit(std::move(path), std::move(who));
    if (!note.empty())
      next->note = note;
    branch.below.emplace(index, next);
    alive->one_less();
  };
  get_child(self_, branch.who, time_left(), id)
      .then([arrive](caf::actor& x) { arrive(std::move(x), {}); },
            [arrive](const caf::error& why) { arrive({}, why_silent(why)); });
}

bool tree_walk::leads_there(const std::string& path) const {
  return is_below(path, under_) || is_below(under_, path);
}

caf::timespan tree_walk::time_left() const {
  constexpr caf::timespan least = std::chrono::milliseconds{1};
  return std::max<caf::timespan>(end_ - self_->clock().now(), least);
}

void tree_walk::one_less() {
  if (--open_ == 0)
    std::exchange(done_, nullptr)(*this);
}

} // namespace troupe
