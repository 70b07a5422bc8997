// SPDX-License-Identifier: Apache-2.0

#include "testing/roll_call.hpp"

#include <algorithm>
#include <utility>

#include "caf/local_actor.hpp"

namespace troupe {

namespace {

/// Returns nothing for an actor that has ended, or is hidden from the count.
caf::strong_actor_ptr if_running(const caf::weak_actor_ptr& x) {
  auto result = x.lock();
  if (result && !result->get()->getf(caf::abstract_actor::is_registered_flag))
    return nullptr;
  return result;
}

} // namespace

void roll_call::note(const caf::local_actor& x) {
  if (!seen_.try_emplace(x.id(), x.ctrl()).second)
    return;
  if (seen_.size() >= next_purge_)
    forget_ended();
}

std::vector<caf::strong_actor_ptr> roll_call::running() const {
  std::vector<caf::strong_actor_ptr> result;
  for (auto& [id, x] : seen_)
    if (auto ptr = if_running(x))
      result.push_back(std::move(ptr));
  return result;
}

void roll_call::forget_ended() {
  std::erase_if(seen_, [](const auto& x) { return !if_running(x.second); });
  next_purge_ = std::max<size_t>(2 * seen_.size(), 64);
}

} // namespace troupe
