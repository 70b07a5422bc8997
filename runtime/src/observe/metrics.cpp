// SPDX-License-Identifier: Apache-2.0

#include "troupe/observe/metrics.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <limits>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include "troupe/observe/plain_text.hpp"
#include "troupe/observe/system_snapshot.hpp"
#include "troupe/scheduling/run_time_histogram.hpp"

namespace troupe {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

double seconds(caf::timespan x) {
  return std::chrono::duration<double>{x}.count();
}

/// Families in the order in which they are written.
class exposition {
public:
  MetricFamily& family(const char* name, const char* help, MetricType type) {
    return families_.emplace_back(MetricFamily{name, help, type, {}});
  }

  static void counter(MetricFamily& to, labels of, double value) {
    ClientMetric x;
    x.label = std::move(of);
    x.counter.value = value;
    to.metric.push_back(std::move(x));
  }

  static void gauge(MetricFamily& to, labels of, double value) {
    ClientMetric x;
    x.label = std::move(of);
    x.gauge.value = value;
    to.metric.push_back(std::move(x));
  }

  /// One family of counters with one label.
  void counters(const char* name, const char* help, const char* label,
                const std::map<std::string, uint64_t>& values) {
    auto& to = family(name, help, MetricType::Counter);
    for (auto& [key, value] : values)
      counter(to, {{label, key}}, static_cast<double>(value));
  }

  std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(
        out, {families_.begin(), families_.end()});
    return out.str();
  }

private:
  /// Does not move its elements.
  std::deque<MetricFamily> families_;
};

/// Sums over the children of a type.
struct type_sum {
  std::map<std::string, uint64_t> by_state;
  uint64_t data_waiting = 0;
  uint64_t control_waiting = 0;
  uint64_t handled = 0;
  uint64_t refused = 0;
  uint64_t dropped = 0;
  uint64_t failures = 0;
  uint64_t restarts = 0;
  caf::timespan run_time{0};
  std::array<uint64_t, run_time_histogram::size> run_times = {};

  void add(const observed_child& x) {
    auto& info = x.info;
    ++by_state[to_string(info.state)];
    control_waiting += info.control_waiting;
    data_waiting += info.waiting_messages
                    - std::min(info.waiting_messages, info.control_waiting);
    handled += info.handled;
    refused += info.refused;
    dropped += info.dropped;
    failures += x.failures;
    restarts += x.restarts;
    run_time += info.run_time;
    auto n = std::min(info.run_times.size(), run_times.size());
    for (size_t i = 0; i < n; ++i)
      run_times[i] += info.run_times[i];
  }
};

std::string parent_of(const observed_child& x) {
  auto size = x.path.size() - std::min(x.path.size(), x.info.id.size() + 1);
  return x.path.substr(0, size);
}

std::map<std::string, type_sum> sums_of(const node_snapshot& x) {
  std::map<std::string, type_sum> result;
  for (auto& child : x.children) {
    if (child.info.is_supervisor)
      continue;
    auto type = parent_of(child) + "/" + child.info.type;
    if (result.size() >= max_type_series && !result.contains(type))
      type = "other";
    result[plain_text(type)].add(child);
  }
  return result;
}

void add_histogram(MetricFamily& to, labels of, const type_sum& x) {
  ClientMetric metric;
  metric.label = std::move(of);
  auto& histogram = metric.histogram;
  for (size_t i = 0; i < x.run_times.size(); ++i) {
    histogram.sample_count += x.run_times[i];
    auto end = run_time_histogram::end_of(i);
    histogram.bucket.push_back(
        {histogram.sample_count,
         end ? seconds(*end) : std::numeric_limits<double>::infinity()});
  }
  histogram.sample_sum = seconds(x.run_time);
  to.metric.push_back(std::move(metric));
}

void add_types(exposition& out, const node_snapshot& x) {
  auto sums = sums_of(x);
  auto& states = out.family("troupe_children", "Children by type and state.",
                            MetricType::Gauge);
  for (auto& [type, sum] : sums)
    for (auto& [state, n] : sum.by_state)
      out.gauge(states, {{"type", type}, {"state", state}},
                static_cast<double>(n));
  auto& waiting =
      out.family("troupe_mailbox_messages",
                 "Messages that wait, by type and lane.", MetricType::Gauge);
  for (auto& [type, sum] : sums) {
    out.gauge(waiting, {{"type", type}, {"lane", "data"}},
              static_cast<double>(sum.data_waiting));
    out.gauge(waiting, {{"type", type}, {"lane", "control"}},
              static_cast<double>(sum.control_waiting));
  }
  auto add = [&](const char* name, const char* help, auto member) {
    auto& to = out.family(name, help, MetricType::Counter);
    for (auto& [type, sum] : sums)
      out.counter(to, {{"type", type}}, static_cast<double>(sum.*member));
  };
  add("troupe_messages_handled_total", "Messages handled.", &type_sum::handled);
  add("troupe_messages_refused_total",
      "Messages that found the mailbox full and were refused.",
      &type_sum::refused);
  add("troupe_messages_dropped_total", "Messages that a full mailbox dropped.",
      &type_sum::dropped);
  add("troupe_child_failures_total", "Incarnations that failed.",
      &type_sum::failures);
  add("troupe_child_restarts_total", "Restarts after an end.",
      &type_sum::restarts);
  auto& times =
      out.family("troupe_message_run_seconds",
                 "How long handlers ran, by type.", MetricType::Histogram);
  for (auto& [type, sum] : sums)
    add_histogram(times, {{"type", type}}, sum);
}

void add_children(exposition& out, const node_snapshot& x) {
  std::vector<const observed_child*> shown;
  for (auto& child : x.children)
    // Dynamic children come and go.
    if (child.info.id == child.info.type && shown.size() < max_child_series)
      shown.push_back(&child);
  auto add = [&](const char* name, const char* help, auto value) {
    auto& to = out.family(name, help, MetricType::Gauge);
    for (auto child : shown)
      out.gauge(to, {{"child", plain_text(child->path)}}, value(*child));
  };
  add("troupe_child_up", "Whether the child runs.",
      [](auto& y) { return y.info.state == child_state::up ? 1. : 0.; });
  add("troupe_child_generation", "Number of the incarnation.",
      [](auto& y) { return static_cast<double>(y.info.generation); });
  add("troupe_child_message_age_seconds",
      "How long the present message has been in work, 0 between messages.",
      [](auto& y) { return y.info.busy_for ? seconds(*y.info.busy_for) : 0.; });
  add("troupe_child_mailbox_messages", "Messages that wait for the child.",
      [](auto& y) { return static_cast<double>(y.info.waiting_messages); });
  add("troupe_child_restarts_in_window",
      "Restarts in the window of the restart intensity.",
      [](auto& y) { return static_cast<double>(y.info.restarts); });
}

void add_scheduler(exposition& out, const node_snapshot& x) {
  auto add = [&](const char* name, const char* help, auto value) {
    auto& to = out.family(name, help, MetricType::Counter);
    for (size_t i = 0; i < x.workers.size(); ++i)
      out.counter(to, {{"worker", std::to_string(i)}}, value(x.workers[i]));
  };
  add("troupe_scheduler_turns_total", "Turns given to actors.",
      [](auto& y) { return static_cast<double>(y.turns); });
  add("troupe_scheduler_stolen_total", "Actors taken from other workers.",
      [](auto& y) { return static_cast<double>(y.stolen); });
  add("troupe_scheduler_parks_total", "Times that the worker went to sleep.",
      [](auto& y) { return static_cast<double>(y.parks); });
  add("troupe_scheduler_busy_seconds_total", "Time spent in turns.",
      [](auto& y) { return seconds(y.busy); });
}

void add_pools(exposition& out, const node_snapshot& x) {
  auto add = [&](const char* name, const char* help, MetricType type,
                 auto member) {
    auto& to = out.family(name, help, type);
    for (auto& pool : x.pools) {
      if (!pool.note.empty())
        continue;
      labels of{{"pool", plain_text(pool.name)}};
      auto value = static_cast<double>(pool.stats.*member);
      if (type == MetricType::Gauge)
        out.gauge(to, std::move(of), value);
      else
        out.counter(to, std::move(of), value);
    }
  };
  auto gauge = MetricType::Gauge;
  auto counter = MetricType::Counter;
  add("troupe_pool_workers", "Workers that are up.", gauge,
      &pool_stats::workers);
  add("troupe_pool_queued", "Tasks that wait for a worker.", gauge,
      &pool_stats::queued);
  add("troupe_pool_outstanding", "Tasks that a worker holds.", gauge,
      &pool_stats::outstanding);
  add("troupe_pool_accepted_total", "Tasks accepted.", counter,
      &pool_stats::accepted);
  add("troupe_pool_completed_total", "Tasks answered by a worker.", counter,
      &pool_stats::completed);
  add("troupe_pool_refused_total", "Tasks turned away.", counter,
      &pool_stats::refused);
  add("troupe_pool_retried_total",
      "Tasks that went back to the queue because their worker died.", counter,
      &pool_stats::retried);
  add("troupe_pool_failed_total",
      "Accepted tasks that the pool answered with an error.", counter,
      &pool_stats::failed);
}

void add_processes(exposition& out, const node_snapshot& x) {
  auto of = [&](const observed_process& y) {
    auto is_node = &y == &x.processes.front();
    return labels{{"process", is_node ? "node" : "worker"},
                  {"child", plain_text(y.child)}};
  };
  auto& memory =
      out.family("troupe_process_resident_bytes",
                 "Resident memory of the node and of its worker processes.",
                 MetricType::Gauge);
  auto& cpu = out.family("troupe_process_cpu_seconds_total",
                         "Processor time of all threads.", MetricType::Counter);
  std::map<std::string, size_t> seen;
  for (auto& y : x.processes) {
    // Those that are kept ready would have the same labels.
    if (y.child.empty() && &y != &x.processes.front())
      continue;
    if (++seen[y.child] > 1)
      continue;
    out.gauge(memory, of(y), static_cast<double>(y.resident_bytes));
    out.counter(cpu, of(y), seconds(y.cpu_time));
  }
}

} // namespace

std::string to_prometheus(const node_snapshot& x,
                          const observer_counts& counts) {
  exposition out;
  auto& actors =
      out.family("troupe_actors", "Actors that run.", MetricType::Gauge);
  out.gauge(actors, {}, static_cast<double>(x.actors));
  auto& complete =
      out.family("troupe_snapshot_complete",
                 "Whether all supervisors answered.", MetricType::Gauge);
  out.gauge(complete, {}, x.answer == answer_state::complete ? 1 : 0);
  out.counters("troupe_failures_total", "Failures of children by error.",
               "reason", counts.failures);
  out.counters("troupe_dead_letters_total", "Messages that reached nobody.",
               "reason", counts.dead_letters);
  out.counters("troupe_events_total", "Events by level.", "level",
               counts.events);
  add_types(out, x);
  add_children(out, x);
  add_scheduler(out, x);
  add_pools(out, x);
  if (!x.processes.empty())
    add_processes(out, x);
  auto& peers = out.family("troupe_peer_up", "Whether a node is linked.",
                           MetricType::Gauge);
  for (auto& y : x.peers)
    out.gauge(peers, {{"peer", plain_text(y.name)}},
              y.state == node_state::up ? 1 : 0);
  return out.text();
}

} // namespace troupe
