// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/supervision_event.hpp"

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace troupe {

std::string to_string(supervision_event::kind x) {
  switch (x) {
    case supervision_event::kind::started:
      return "started";
    case supervision_event::kind::start_failed:
      return "start_failed";
    case supervision_event::kind::ignored:
      return "ignored";
    case supervision_event::kind::ended:
      return "ended";
    case supervision_event::kind::restarting:
      return "restarting";
    case supervision_event::kind::stopped:
      return "stopped";
    case supervision_event::kind::overdue:
      return "overdue";
    case supervision_event::kind::moved:
      return "moved";
    case supervision_event::kind::stuck:
      return "stuck";
    case supervision_event::kind::disowned:
      return "disowned";
    case supervision_event::kind::quarantined:
      return "quarantined";
    case supervision_event::kind::forgotten:
      return "forgotten";
    case supervision_event::kind::message_lost:
      return "message_lost";
    case supervision_event::kind::message_retried:
      return "message_retried";
    case supervision_event::kind::message_refused:
      return "message_refused";
    case supervision_event::kind::messages_discarded:
      return "messages_discarded";
    case supervision_event::kind::checkpoint_refused:
      return "checkpoint_refused";
    case supervision_event::kind::removed:
      return "removed";
    case supervision_event::kind::exhausted:
      return "exhausted";
    case supervision_event::kind::auto_shutdown:
      return "auto_shutdown";
  }
  return "unknown";
}

std::string describe(const supervision_event& x) {
  auto result =
      fmt::format("{} #{} {}", x.child, x.generation, to_string(x.what));
  if (x.what == supervision_event::kind::restarting) {
    auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(x.delay);
    result += fmt::format(" in {} ms, {}", delay.count(), x.restarts);
    if (x.limit)
      result += fmt::format(" of {}", *x.limit);
  }
  if (!x.death.empty())
    result += ": " + x.death;
  else if (x.reason)
    result += ": " + describe(x.reason);
  if (!x.activity.empty())
    result += ", " + x.activity;
  return result;
}

} // namespace troupe
