// SPDX-License-Identifier: Apache-2.0

#include "tree.hpp"

#include <chrono>
#include <utility>

#include "troupe/location/starter.hpp"
#include "troupe/supervision/supervisor.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;
using troupe::isolation;
using troupe::supervision_strategy;

/// A poison message kills twice and then goes into quarantine: one after the
/// other is tolerated, a storm is not.
constexpr troupe::restart_intensity group_intensity{.restarts = 6,
                                                    .period = 1s};
constexpr troupe::restart_intensity root_intensity{.restarts = 100,
                                                   .period = 10s};

bool is_surveyors(const group& x) {
  return x.strategy == supervision_strategy::one_for_all;
}

troupe::child_spec make_worker(std::string id, troupe::starter start) {
  troupe::child_spec result{.id = std::move(id), .start = std::move(start)};
  // Another node gives nothing back.
  if (result.start.where().level != isolation::node)
    result.in_flight = {.policy = troupe::in_flight_policy::retry,
                        .retries = 1};
  return result;
}

troupe::starter start_counter(manners how, const home& where) {
  switch (where.level) {
    case isolation::process:
      return counter_process(how);
    case isolation::node:
      return counter_on(*where.own, how);
    default:
      return troupe::pooled(counter, how, impact::exception);
  }
}

troupe::starter start_surveyor(size_t index, const survey& what,
                               const home& where, const caf::actor& out) {
  switch (where.level) {
    case isolation::process:
      return surveyor_process(index, what, out);
    case isolation::node:
      return surveyor_on(*where.own, index, what, out);
    default:
      return troupe::pooled(surveyor, index, what, impact::exception, out);
  }
}

// [spec]
troupe::child_spec make_counter(const std::string& id, const group& in,
                                const home& where) {
  auto polite = in.strategy == supervision_strategy::one_for_one;
  auto how = polite ? manners::polite : manners::stubborn;
  auto result = make_worker(id, start_counter(how, where));
  if (polite) {
    result.delay = {.bounds = {.first = 20ms, .cap = 200ms}};
    result.hang = {.longest = 250ms, .policy = troupe::stuck_policy::cancel};
  } else {
    result.hang = {.longest = 250ms,
                   .policy = troupe::stuck_policy::replace,
                   .grace = 50ms};
  }
  return result;
}
// [spec]

troupe::child_spec make_surveyor(const std::string& id, size_t index,
                                 const survey& what, const home& where,
                                 const caf::actor& out) {
  auto result = make_worker(id, start_surveyor(index, what, where, out));
  result.hang = {.longest = 250ms, .policy = troupe::stuck_policy::cancel};
  return result;
}

std::vector<std::string> names(bool of_surveyors) {
  std::vector<std::string> result;
  for (auto& x : groups())
    if (is_surveyors(x) == of_surveyors)
      result.insert(result.end(), x.workers.begin(), x.workers.end());
  return result;
}

} // namespace

const std::vector<group>& groups() {
  static const std::vector<group> result{
      {"counters",
       supervision_strategy::one_for_one,
       {"count-1", "count-2", "count-3", "count-4", "count-5", "count-6"}},
      {"chain",
       supervision_strategy::rest_for_one,
       {"link-1", "link-2", "link-3"}},
      {"surveyors",
       supervision_strategy::one_for_all,
       {"survey-1", "survey-2", "survey-3"}},
  };
  return result;
}

std::vector<std::string> counter_names() {
  return names(false);
}

std::vector<std::string> surveyor_names() {
  return names(true);
}

troupe::supervisor_spec make_tree(const std::vector<survey>& surveys,
                                  const home& where,
                                  const caf::actor& watcher) {
  troupe::supervisor_spec root{.intensity = root_intensity,
                               .watchers = {watcher}};
  for (auto& x : groups()) {
    troupe::supervisor_spec spec{.strategy = x.strategy,
                                 .intensity = group_intensity};
    for (size_t i = 0; i < x.workers.size(); ++i)
      spec.children.push_back(
          is_surveyors(x)
              ? make_surveyor(x.workers[i], i, surveys[i], where, watcher)
              : make_counter(x.workers[i], x, where));
    root.children.push_back({.id = x.name,
                             .start = troupe::subtree(std::move(spec)),
                             .kind = troupe::child_kind::supervisor});
  }
  return root;
}

} // namespace demo
