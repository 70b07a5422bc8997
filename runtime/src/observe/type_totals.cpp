// SPDX-License-Identifier: Apache-2.0

#include "observe/type_totals.hpp"

#include <algorithm>
#include <utility>

#include "troupe/base/exit_kind.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/observe/system_snapshot.hpp"

namespace troupe {

namespace {

/// Incarnations that are remembered; what further ones do is counted when they
/// end.
constexpr size_t max_seen = 200'000;

/// Returns how much `now` is above `before`, which becomes `now` then: some
/// numbers are a little late.
template <class T>
T rise(T now, T& before) {
  if (now <= before)
    return T{};
  return now - std::exchange(before, now);
}

template <class Seen, class Sums>
void add_counts(const std::vector<uint32_t>& now, Seen& before, Sums& to) {
  auto n = std::min(now.size(), to.size());
  for (size_t i = 0; i < n; ++i) {
    // They wrap around, and some are a little late.
    auto more = now[i] - before[i];
    if (more > UINT32_MAX / 2)
      continue;
    to[i] += more;
    before[i] = now[i];
  }
}

} // namespace

std::string type_of(const observed_child& x) {
  auto size = x.path.size() - std::min(x.path.size(), x.info.id.size() + 1);
  return plain_text(x.path.substr(0, size) + "/" + x.info.type);
}

type_counts& type_totals::of(const std::string& type) {
  auto i = counts_.find(type);
  if (i != counts_.end())
    return i->second;
  return counts_[counts_.size() < max_type_series ? type : other_types];
}

void type_totals::add(const cell_work& now, seen& before, type_counts& to) {
  to.handled += rise(now.handled, before.handled);
  to.refused += rise(now.refused, before.refused);
  to.dropped += rise(now.dropped, before.dropped);
  to.run_time += rise(now.run_time, before.run_time);
  add_counts(now.run_times, before.run_times, to.run_times);
  add_counts(now.wait_times, before.wait_times, to.wait_times);
}

void type_totals::look(const node_snapshot& x) {
  ++look_;
  for (auto& child : x.children) {
    if (child.info.is_supervisor)
      continue;
    auto& sum = of(type_of(child));
    // What it does was not asked for, or is not known.
    if (child.info.actor == 0)
      continue;
    auto known = place_for(child.path);
    if (known == nullptr)
      continue;
    known->look = look_;
    // A look that took longer than one that began later.
    if (child.info.generation < known->generation
        && child.info.actor < known->actor)
      continue;
    if (known->generation != child.info.generation
        || (known->actor != 0 && known->actor != child.info.actor))
      *known = {.generation = child.info.generation, .look = look_};
    known->actor = child.info.actor;
    add(child.info.work, *known, sum);
  }
  // Those of a supervisor that has not answered are there still, and those that
  // were started since an earlier look that took longer.
  if (x.answer == answer_state::complete && x.omitted == 0)
    std::erase_if(seen_, [this](auto& y) { return y.second.look + 1 < look_; });
}

void type_totals::book(const supervision_event& x) {
  using kind = supervision_event::kind;
  auto failed = x.what == kind::start_failed
                || (x.what == kind::ended && is_failure(kind_of(x.reason)));
  if (x.what != kind::ended && x.what != kind::stopped
      && x.what != kind::restarting && !failed)
    return;
  auto& sum = of(plain_text(x.type));
  if (x.what == kind::restarting)
    ++sum.restarts;
  else if (failed)
    ++sum.failures;
  if (x.what != kind::ended && x.what != kind::stopped)
    return;
  auto known = place_for(x.child);
  seen nothing;
  if (known != nullptr && known->generation < x.generation)
    *known = {.generation = x.generation, .look = look_};
  auto is_its = known != nullptr && known->generation == x.generation;
  add(x.work, is_its ? *known : nothing, sum);
}

/// Returns what is remembered of the child at a path; null if there is no room
/// for more.
type_totals::seen* type_totals::place_for(const std::string& path) {
  auto i = seen_.find(path);
  if (i == seen_.end()) {
    if (seen_.size() >= max_seen)
      return nullptr;
    i = seen_.emplace(path, seen{.look = look_}).first;
  }
  return &i->second;
}

} // namespace troupe
