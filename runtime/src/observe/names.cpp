// SPDX-License-Identifier: Apache-2.0

// Names of enumerators.

#include "troupe/observe/flight_record.hpp"
#include "troupe/observe/observed_event.hpp"
#include "troupe/observe/observer_action.hpp"
#include "troupe/observe/system_snapshot.hpp"

namespace troupe {

std::string to_string(answer_state x) {
  switch (x) {
    case answer_state::complete:
      return "complete";
    case answer_state::partial:
      return "partial";
    case answer_state::none:
      return "none";
  }
  return "unknown";
}

std::string to_string(event_source x) {
  switch (x) {
    case event_source::child:
      return "child";
    case event_source::node:
      return "node";
    case event_source::pool:
      return "pool";
    case event_source::action:
      return "action";
  }
  return "unknown";
}

std::string to_string(event_level x) {
  switch (x) {
    case event_level::info:
      return "info";
    case event_level::warning:
      return "warning";
    case event_level::error:
      return "error";
  }
  return "unknown";
}

std::string to_string(flight_entry::kind x) {
  switch (x) {
    case flight_entry::kind::message:
      return "message";
    case flight_entry::kind::request:
      return "request";
    case flight_entry::kind::response:
      return "response";
  }
  return "unknown";
}

std::string to_string(observer_action::kind x) {
  switch (x) {
    case observer_action::kind::restart:
      return "restart";
    case observer_action::kind::stop:
      return "stop";
    case observer_action::kind::drain:
      return "drain";
    case observer_action::kind::kill:
      return "kill";
    case observer_action::kind::replay:
      return "replay";
    case observer_action::kind::discard:
      return "discard";
    case observer_action::kind::spawn:
      return "spawn";
  }
  return "unknown";
}

} // namespace troupe
