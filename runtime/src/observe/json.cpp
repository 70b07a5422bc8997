// SPDX-License-Identifier: Apache-2.0

#include "troupe/observe/json.hpp"

#include <chrono>
#include <cmath>
#include <ctime>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "troupe/base/errc.hpp"
#include "troupe/observe/flight_record.hpp"
#include "troupe/observe/letter_page.hpp"
#include "troupe/observe/observed_event.hpp"
#include "troupe/observe/observer_action.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/observe/quarantine_page.hpp"
#include "troupe/observe/system_snapshot.hpp"
#include "troupe/observe/trace_page.hpp"

#include "observe/formats.hpp"

namespace troupe {

namespace {

using nlohmann::ordered_json;

std::string utc(caf::timestamp x) {
  using namespace std::chrono;
  auto ms = duration_cast<milliseconds>(x.time_since_epoch()).count();
  auto whole = static_cast<std::time_t>(ms / 1'000);
  std::tm parts{};
  gmtime_r(&whole, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                     parts.tm_year + 1'900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec, ms % 1'000);
}

template <class T>
ordered_json or_null(const caf::optional<T>& x) {
  return x ? ordered_json(*x) : ordered_json();
}

ordered_json or_null(const caf::optional<caf::timespan>& x) {
  return x ? ordered_json(seconds(*x)) : ordered_json();
}

ordered_json or_null(const std::string& x) {
  return x.empty() ? ordered_json() : ordered_json(x);
}

ordered_json or_null(const caf::error& x) {
  return x ? ordered_json(plain_text(describe(x))) : ordered_json();
}

ordered_json object(const observed_child& x);
ordered_json object(const observed_pool& x);
ordered_json object(const observed_process& x);
ordered_json object(const observed_worker& x);
ordered_json object(const node_event& x);
ordered_json object(const link_stats& x);
ordered_json object(const node_snapshot& x);
ordered_json object(const observed_event& x);
ordered_json object(const observed_letter& x);
ordered_json object(const letter_count& x);
ordered_json object(const observed_failure& x);
ordered_json object(const observed_quarantine& x);
ordered_json object(const flight_entry& x);

template <class T>
ordered_json list(const std::vector<T>& xs) {
  auto result = ordered_json::array();
  for (auto& x : xs)
    result.push_back(object(x));
  return result;
}

ordered_json object(const observed_child& x) {
  auto& info = x.info;
  return {
      {"path", x.path},
      {"id", info.id},
      {"type", info.type},
      {"is_supervisor", info.is_supervisor},
      {"state", to_string(info.state)},
      {"node", or_null(x.node)},
      {"place", info.place},
      {"actor", info.actor},
      {"generation", info.generation},
      {"restarts_in_window", info.restarts},
      {"restart_limit", or_null(info.limit)},
      {"next_start_s", or_null(info.next_start)},
      {"failures", x.failures},
      {"restarts", x.restarts},
      {"last_failure", or_null(info.last_failure)},
      {"last_death", or_null(info.last_death)},
      {"waiting", info.waiting_messages},
      {"control_waiting", info.control_waiting},
      {"busy_for_s", or_null(info.busy_for)},
      {"message", or_null(info.message)},
      {"busy_share", or_null(x.busy_share)},
      {"handled", info.work.handled},
      {"refused", info.work.refused},
      {"dropped", info.work.dropped},
      {"run_time_s", seconds(info.work.run_time)},
      {"run_times", info.work.run_times},
      {"wait_times", info.work.wait_times},
      {"note", or_null(x.note)},
  };
}

ordered_json object(const observed_pool& x) {
  auto& stats = x.stats;
  return {
      {"name", x.name},
      {"workers", stats.workers},
      {"queued", stats.queued},
      {"outstanding", stats.outstanding},
      {"accepted", stats.accepted},
      {"completed", stats.completed},
      {"refused", stats.refused},
      {"retried", stats.retried},
      {"failed", stats.failed},
      {"restarts", stats.restarts},
      {"recycled", stats.recycled},
      {"hedged", stats.hedged},
      {"hedges_won", stats.hedges_won},
      {"quarantined", stats.quarantined},
      {"utilisation", utilisation(stats)},
      {"wait_p50_s", seconds(stats.wait.quantile(0.5))},
      {"wait_p99_s", seconds(stats.wait.quantile(0.99))},
      {"run_p50_s", seconds(stats.run.quantile(0.5))},
      {"run_p99_s", seconds(stats.run.quantile(0.99))},
      {"note", or_null(x.note)},
  };
}

ordered_json object(const observed_process& x) {
  return {
      {"pid", x.pid},
      {"child", or_null(x.child)},
      {"generation", x.generation},
      {"actor", x.actor},
      {"resident_bytes", x.resident_bytes},
      {"cpu_time_s", seconds(x.cpu_time)},
  };
}

ordered_json object(const observed_worker& x) {
  return {
      {"turns", x.turns},
      {"stolen", x.stolen},
      {"parks", x.parks},
      {"busy_s", seconds(x.busy)},
      {"busy_share", or_null(x.busy_share)},
  };
}

ordered_json object(const node_event& x) {
  return {
      {"name", x.name},       {"state", to_string(x.state)},
      {"address", x.address}, {"workers", x.workers},
      {"roles", x.roles},     {"reason", or_null(plain_text(x.reason))},
  };
}

ordered_json object(const link_stats& x) {
  return {
      {"peer", x.peer},
      {"sent_frames", x.sent_frames},
      {"sent_bytes", x.sent_bytes},
      {"received_frames", x.received_frames},
      {"received_bytes", x.received_bytes},
      {"waiting_bytes", x.waiting_bytes},
      {"unacknowledged_bytes", x.unacknowledged_bytes},
      {"window_bytes", x.window_bytes},
      {"resumed", x.resumed},
      {"phi", std::isfinite(x.phi) ? ordered_json(x.phi) : ordered_json()},
  };
}

ordered_json object(const node_snapshot& x) {
  return {
      {"node", x.node},
      {"answer", to_string(x.answer)},
      {"note", or_null(x.note)},
      {"time", utc(x.time)},
      {"took_s", seconds(x.took)},
      {"actors", x.actors},
      {"events", x.events},
      {"dead_letters", x.dead_letters},
      {"children", list(x.children)},
      {"omitted", x.omitted},
      {"pools", list(x.pools)},
      {"processes", list(x.processes)},
      {"workers", list(x.workers)},
      {"peers", list(x.peers)},
      {"links", list(x.links)},
  };
}

ordered_json object(const observed_event& x) {
  return {
      {"number", x.number},
      {"time", utc(x.time)},
      {"node", x.node},
      {"source", to_string(x.source)},
      {"level", to_string(x.level)},
      {"what", x.what},
      {"subject", x.subject},
      {"generation", x.generation},
      {"text", x.text},
      {"reason", or_null(x.reason)},
      {"last_messages", x.last_messages},
  };
}

ordered_json object(const observed_letter& x) {
  return {
      {"number", x.number},      {"time", utc(x.time)}, {"reason", x.reason},
      {"from", or_null(x.from)}, {"to", or_null(x.to)}, {"message", x.message},
  };
}

ordered_json object(const letter_count& x) {
  return {{"reason", x.reason}, {"count", x.count}};
}

ordered_json object(const observed_failure& x) {
  return {
      {"generation", x.generation},
      {"reason", x.reason},
      {"time", utc(x.time)},
  };
}

ordered_json object(const observed_quarantine& x) {
  return {
      {"supervisor", x.supervisor},
      {"number", x.number},
      {"child", x.child},
      {"sender", or_null(x.sender)},
      {"text", x.text},
      {"is_request", x.is_request},
      {"history", list(x.history)},
  };
}

ordered_json object(const flight_entry& x) {
  return {
      {"age_s", seconds(x.age)}, {"kind", to_string(x.what)},
      {"sender", x.sender},      {"type", x.type},
      {"size", x.size},
  };
}

ordered_json object(const trace_span& x, const std::string& node) {
  return {
      {"trace", trace_id(x)},
      {"span", fmt::format("{:016x}", x.id)},
      {"parent", x.parent == 0
                     ? ordered_json{}
                     : ordered_json(fmt::format("{:016x}", x.parent))},
      {"node", node},
      {"actor", x.actor},
      {"actor_id", x.actor_id},
      {"name", x.name},
      {"start_unix_ns", x.start.time_since_epoch().count()},
      {"duration_s", seconds(x.duration)},
      {"waited_s", seconds(x.waited)},
      {"error", x.error.empty() ? ordered_json{} : ordered_json(x.error)},
  };
}

} // namespace

std::string to_json(const system_snapshot& x) {
  return to_line({{"nodes", list(x.nodes)}});
}

std::string to_json(const observed_event& x) {
  return to_line(object(x));
}

std::string to_json(const event_page& x) {
  // Numbers of logs are too large for JavaScript.
  return to_line({{"events", list(x.events)},
                  {"lost", x.lost},
                  {"log", fmt::format("{:016x}", x.log)}});
}

std::string to_json(const letter_page& x) {
  return to_line({{"letters", list(x.letters)}, {"counts", list(x.counts)}});
}

std::string to_json(const quarantine_page& x) {
  return to_line({{"messages", list(x.messages)}, {"silent", x.silent}});
}

std::string to_json(const flight_record& x) {
  return to_line({
      {"path", x.path},
      {"busy_for_s", or_null(x.busy_for)},
      {"messages", list(x.messages)},
  });
}

std::string to_json(const action_outcome& x) {
  return to_line({{"text", x.text}});
}

std::string to_json(const std::vector<node_spans>& xs) {
  auto spans = ordered_json::array();
  for (auto& x : xs)
    for (auto& y : x.spans)
      spans.push_back(object(y, x.node));
  return to_line({{"spans", spans}});
}

} // namespace troupe
