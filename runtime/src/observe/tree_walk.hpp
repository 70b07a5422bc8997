// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/actor_clock.hpp"
#include "caf/error.hpp"
#include "caf/event_based_actor.hpp"

#include "troupe/supervision/child_info.hpp"

namespace troupe {

/// A supervisor and what it has told of its children.
struct tree_branch {
  std::string path;
  caf::actor who;

  /// Why the children are not known; empty if they are.
  std::string note = {};

  std::vector<child_info> children = {};

  /// Supervisors among the children, by their index.
  std::map<size_t, tree_branch*> below = {};
};

/// Asks supervisors for their children, and those among them for theirs, until
/// all have answered or the time is over. Keeps itself alive meanwhile.
class tree_walk : public std::enable_shared_from_this<tree_walk> {
public:
  using time_point = caf::actor_clock::time_point;

  /// @param under Only supervisors above and below this path are asked; all of
  ///        them if it is empty.
  /// @param done Is called once, in the context of `self`.
  tree_walk(caf::event_based_actor* self, std::string under, time_point end,
            std::function<void(tree_walk&)> done);

  void start(const std::map<std::string, caf::actor>& roots);

  /// Roots in the order of their names.
  std::vector<tree_branch*> roots;

private:
  tree_branch* visit(std::string path, caf::actor who);
  void took(tree_branch& branch, std::vector<child_info>& xs);
  void descend(tree_branch& branch, size_t index);
  bool leads_there(const std::string& path) const;
  caf::timespan time_left() const;
  void one_less();

  caf::event_based_actor* self_;
  std::string under_;
  time_point end_;
  std::function<void(tree_walk&)> done_;
  /// Does not move its elements.
  std::deque<tree_branch> branches_;
  size_t open_ = 0;
};

/// Returns whether `path` is `prefix` or below it; everything is below the
/// empty one.
bool is_below(const std::string& path, const std::string& prefix);

/// Note about what is not there any more.
constexpr auto has_ended = "it has ended";

/// Returns why something did not answer, for people.
std::string why_silent(const caf::error& x);

} // namespace troupe
