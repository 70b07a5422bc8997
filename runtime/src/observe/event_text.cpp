// SPDX-License-Identifier: Apache-2.0

#include "observe/event_text.hpp"

#include <utility>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"
#include "troupe/base/exit_kind.hpp"
#include "troupe/observe/plain_text.hpp"

namespace troupe {

namespace {

event_level level_of(const supervision_event& x) {
  using kind = supervision_event::kind;
  switch (x.what) {
    case kind::ended:
      return is_failure(kind_of(x.reason)) ? event_level::warning
                                           : event_level::info;
    case kind::start_failed:
    case kind::overdue:
    case kind::moved:
    case kind::stuck:
    case kind::quarantined:
    case kind::forgotten:
    case kind::message_lost:
    case kind::message_refused:
    case kind::messages_discarded:
    case kind::checkpoint_refused:
      return event_level::warning;
    case kind::disowned:
    case kind::exhausted:
      return event_level::error;
    case kind::started:
    case kind::ignored:
    case kind::restarting:
    case kind::stopped:
    case kind::message_retried:
    case kind::removed:
    case kind::auto_shutdown:
      break;
  }
  return event_level::info;
}

event_level level_of(node_state x) {
  switch (x) {
    case node_state::suspected:
      return event_level::warning;
    case node_state::lost:
      return event_level::error;
    default:
      return event_level::info;
  }
}

std::string with_reason(std::string text, const std::string& reason) {
  return reason.empty() ? text : text + ": " + reason;
}

} // namespace

observed_event to_event(const supervision_event& x) {
  observed_event result{.source = event_source::child,
                        .level = level_of(x),
                        .what = to_string(x.what),
                        .subject = x.child,
                        .generation = x.generation,
                        .text = plain_text(describe(x))};
  if (!x.death.empty())
    result.reason = plain_text(x.death);
  else if (x.reason)
    result.reason = plain_text(describe(x.reason));
  for (auto& line : x.last_messages)
    result.last_messages.push_back(plain_text(line));
  return result;
}

observed_event to_event(const node_event& x) {
  auto& name = x.name.empty() ? x.address : x.name;
  auto reason = plain_text(x.reason);
  return {.source = event_source::node,
          .level = level_of(x.state),
          .what = to_string(x.state),
          .subject = name,
          .text = with_reason(fmt::format("node {} is {}", plain_text(name),
                                          to_string(x.state)),
                              reason),
          .reason = reason};
}

observed_event to_event(const pool_event& x, const std::string& pool) {
  auto reason = plain_text(x.reason);
  auto text =
      fmt::format("pool {}: worker {}{} is {}", plain_text(pool), x.slot,
                  x.node.empty() ? "" : " on " + x.node, to_string(x.what));
  if (x.requeued > 0)
    text += fmt::format(", {} tasks went back to the queue", x.requeued);
  auto failed =
      x.what == pool_event::kind::lost || x.what == pool_event::kind::given_up;
  return {.source = event_source::pool,
          .level = failed ? event_level::warning : event_level::info,
          .what = to_string(x.what),
          .subject = pool,
          .text = with_reason(std::move(text), reason),
          .reason = reason};
}

observed_event to_event(const observer_action& x, const std::string& who,
                        const caf::error& why) {
  auto target = plain_text(x.target);
  if (x.number != 0)
    target += fmt::format(" message {}", x.number);
  auto reason = why ? plain_text(describe(why)) : std::string{};
  auto text = fmt::format("{} {} by {}{}", to_string(x.what), target,
                          who.empty() ? "this process" : "node " + who,
                          why ? " failed" : "");
  return {.source = event_source::action,
          .level = why ? event_level::warning : event_level::info,
          .what = to_string(x.what),
          .subject = x.target,
          .text = with_reason(std::move(text), reason),
          .reason = reason};
}

observed_event root_ended(const std::string& name, const caf::error& why) {
  auto failed = is_failure(kind_of(why));
  auto reason = why ? plain_text(describe(why)) : std::string{};
  return {.source = event_source::child,
          .level = failed ? event_level::error : event_level::info,
          .what = "ended",
          .subject = name,
          .text = with_reason(plain_text(name) + " ended", reason),
          .reason = reason};
}

} // namespace troupe
