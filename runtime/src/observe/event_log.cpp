// SPDX-License-Identifier: Apache-2.0

#include "observe/event_log.hpp"

#include <utility>

namespace troupe {

const observed_event& event_log::add(observed_event x) {
  x.number = events_.last() + 1;
  return events_.add(std::move(x));
}

event_page event_log::page(const event_query& what) const {
  event_page result;
  events_.read(what, result, &event_page::events);
  return result;
}

} // namespace troupe
