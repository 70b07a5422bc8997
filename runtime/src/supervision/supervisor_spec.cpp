// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/supervisor_spec.hpp"

#include <string_view>
#include <unordered_set>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace troupe {

std::string to_string(supervision_strategy x) {
  switch (x) {
    case supervision_strategy::one_for_one:
      return "one_for_one";
    case supervision_strategy::one_for_all:
      return "one_for_all";
    case supervision_strategy::rest_for_one:
      return "rest_for_one";
    case supervision_strategy::dynamic:
      return "dynamic";
  }
  return "unknown";
}

std::string to_string(intensity_scope x) {
  switch (x) {
    case intensity_scope::per_supervisor:
      return "per_supervisor";
    case intensity_scope::per_child:
      return "per_child";
  }
  return "unknown";
}

std::string to_string(auto_shutdown x) {
  switch (x) {
    case auto_shutdown::never:
      return "never";
    case auto_shutdown::any_significant:
      return "any_significant";
    case auto_shutdown::all_significant:
      return "all_significant";
  }
  return "unknown";
}

namespace {

constexpr size_t most_quarantined = 1'000'000;

template <class T>
bool within(T x, T first, T last) {
  return first <= x && x <= last;
}

caf::error validate_children(const supervisor_spec& x) {
  std::unordered_set<std::string_view> ids;
  for (auto& child : x.children) {
    if (auto err = validate(child))
      return err;
    if (!ids.insert(child.id).second)
      return make_error(errc::duplicate_child_id,
                        fmt::format("two children '{}'", child.id));
    if (auto err = validate_significance(child, x.shutdown))
      return err;
  }
  return {};
}

} // namespace

caf::error validate_significance(const child_spec& x, auto_shutdown policy) {
  if (x.significant == significance::significant
      && policy == auto_shutdown::never)
    return make_error(errc::bad_significance,
                      fmt::format("child '{}': significant, but the supervisor "
                                  "never shuts itself down",
                                  x.id));
  return {};
}

caf::error validate(const supervisor_spec& x) {
  if (!within(x.strategy, supervision_strategy::one_for_one,
              supervision_strategy::dynamic))
    return make_error(errc::bad_strategy,
                      "strategy is no supervision_strategy");
  if (x.strategy == supervision_strategy::dynamic && x.children.size() != 1)
    return make_error(errc::bad_template,
                      fmt::format("dynamic children need one template, not {}",
                                  x.children.size()));
  if (x.intensity && x.intensity->period.count() <= 0)
    return make_error(errc::bad_intensity,
                      "the period of intensity is not positive");
  if (!within(x.scope, intensity_scope::per_supervisor,
              intensity_scope::per_child))
    return make_error(errc::bad_intensity, "scope is no intensity_scope");
  if (!within(x.shutdown, auto_shutdown::never, auto_shutdown::all_significant))
    return make_error(errc::bad_auto_shutdown, "shutdown is no auto_shutdown");
  if (x.kill_timeout.count() <= 0)
    return make_error(errc::bad_kill_timeout, "kill_timeout is not positive");
  for (auto& watcher : x.watchers)
    if (!watcher)
      return make_error(errc::bad_watcher, "a watcher is no actor");
  if (x.max_quarantined < 1 || x.max_quarantined > most_quarantined)
    return make_error(errc::bad_quarantine_limit,
                      "max_quarantined is not from 1 to 1,000,000");
  return validate_children(x);
}

} // namespace troupe
