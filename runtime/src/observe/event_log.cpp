// SPDX-License-Identifier: Apache-2.0

#include "observe/event_log.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

const observed_event& event_log::add(observed_event x) {
  x.number = ++last_;
  if (events_.size() >= max_)
    events_.pop_front();
  events_.push_back(std::move(x));
  return events_.back();
}

event_page event_log::page(const event_query& what) const {
  event_page result{.log = id_};
  auto is_other = (what.log != 0 && what.log != id_) || what.after > last_;
  auto after = is_other ? 0 : what.after;
  auto wanted = std::min(last_ - after, what.max);
  auto kept = std::min<uint64_t>(wanted, events_.size());
  auto first = events_.end() - static_cast<ptrdiff_t>(kept);
  result.events.assign(first, events_.end());
  result.lost = last_ - after - kept;
  return result;
}

} // namespace troupe
