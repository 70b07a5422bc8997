// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/death_reason.hpp"

#include <utility>

#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"

namespace troupe {

namespace {

death_cause cause_of(const caf::error& x, const exit_origin& origin) {
  if (!x)
    return death_cause::finished;
  if (x == caf::exit_reason::kill)
    return death_cause::killed;
  if (origin.how == exit_origin::kind::link)
    return death_cause::link;
  if (origin.how == exit_origin::kind::message)
    return death_cause::exit_message;
  if (is_exception(x))
    return death_cause::exception;
  if (x == caf::exit_reason::unreachable)
    return death_cause::unreachable;
  if (x == errc::start_timeout)
    return death_cause::start_timeout;
  if (x == errc::start_ignored)
    return death_cause::ignored;
  if (x == errc::link_lost || x == caf::exit_reason::remote_link_unreachable)
    return death_cause::node_lost;
  if (x == errc::process_died)
    return death_cause::process_died;
  return death_cause::quit;
}

/// Returns `prefix` and `suffix` with what is known about the sender between.
std::string with_origin(std::string prefix, const exit_origin& x,
                        const std::string& suffix) {
  return std::move(prefix) + (x.who.empty() ? "" : " by " + x.who) + suffix;
}

} // namespace

std::string to_string(death_cause x) {
  switch (x) {
    case death_cause::finished:
      return "finished";
    case death_cause::quit:
      return "quit";
    case death_cause::exception:
      return "exception";
    case death_cause::exit_message:
      return "exit_message";
    case death_cause::link:
      return "link";
    case death_cause::killed:
      return "killed";
    case death_cause::unreachable:
      return "unreachable";
    case death_cause::start_timeout:
      return "start_timeout";
    case death_cause::ignored:
      return "ignored";
    case death_cause::node_lost:
      return "node_lost";
    case death_cause::process_died:
      return "process_died";
  }
  return "unknown";
}

death_reason explain(const caf::error& reason, exit_origin origin) {
  return {.cause = cause_of(reason, origin),
          .error = reason,
          .exception_type = exception_type(reason),
          .origin = std::move(origin)};
}

std::string to_string(const death_reason& x) {
  auto text = describe(x.error);
  auto& type = x.exception_type;
  if (!type.empty())
    text = text == type ? type : type + ": " + text;
  switch (x.cause) {
    case death_cause::finished:
      return "finished";
    case death_cause::quit:
      return "quit: " + text;
    case death_cause::exception:
      return type.empty() ? "exception: " + text : text;
    case death_cause::exit_message:
      return with_origin("told to exit", x.origin, ": " + text);
    case death_cause::link:
      return "linked " + (x.origin.who.empty() ? "actor" : x.origin.who)
             + " ended: " + text;
    case death_cause::killed:
      return with_origin("killed", x.origin,
                         x.error.context().empty() ? "" : ": " + text);
    case death_cause::unreachable:
      return "nobody had a handle of it any more";
    case death_cause::start_timeout:
    case death_cause::ignored:
    case death_cause::node_lost:
    case death_cause::process_died:
      return text;
  }
  return text;
}

} // namespace troupe
