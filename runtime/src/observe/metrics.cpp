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

#include "observe/formats.hpp"
#include "observe/type_totals.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/observe/system_snapshot.hpp"

namespace troupe {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

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

/// What the children of a type are at.
struct type_state {
  std::map<std::string, uint64_t> by_state;
  uint64_t data_waiting = 0;
  uint64_t control_waiting = 0;

  void add(const observed_child& x) {
    auto& info = x.info;
    ++by_state[to_string(info.state)];
    control_waiting += info.control_waiting;
    data_waiting += info.waiting_messages
                    - std::min(info.waiting_messages, info.control_waiting);
  }
};

std::map<std::string, type_state>
states_of(const node_snapshot& x,
          const std::map<std::string, type_counts>& known) {
  std::map<std::string, type_state> result;
  for (auto& child : x.children) {
    if (child.info.is_supervisor)
      continue;
    auto type = type_of(child);
    result[known.contains(type) ? type : other_types].add(child);
  }
  return result;
}

/// Adds a histogram whose bucket `i` ends at `end(i)`, the last one nowhere.
template <class Counts, class End>
void add_histogram(MetricFamily& to, labels of, const Counts& counts,
                   caf::timespan sum, End end) {
  ClientMetric metric;
  metric.label = std::move(of);
  auto& histogram = metric.histogram;
  for (size_t i = 0; i < counts.size(); ++i) {
    histogram.sample_count += counts[i];
    auto bound = i + 1 < counts.size()
                     ? seconds(end(i))
                     : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  histogram.sample_sum = seconds(sum);
  to.metric.push_back(std::move(metric));
}

caf::timespan end_of_bucket(size_t i) {
  return *run_time_histogram::end_of(i);
}

/// Returns about how long all of it took: as if each were in the middle of its
/// bucket.
caf::timespan about(const type_counts::histogram& x) {
  caf::timespan result{0};
  for (size_t i = 0; i < x.size(); ++i)
    result += end_of_bucket(std::min(i, x.size() - 2))
              * static_cast<int64_t>(x[i]) / 2;
  return result;
}

/// Four of the buckets of a pool make one of a metric.
void add_durations(MetricFamily& to, labels of, const duration_histogram& x) {
  constexpr size_t each = 4;
  std::array<uint64_t, duration_histogram::buckets / each> counts = {};
  caf::timespan sum{0};
  auto n = std::min(x.counts.size(), duration_histogram::buckets);
  for (size_t i = 0; i < n; ++i) {
    counts[i / each] += x.counts[i];
    // As if each were in the middle of its bucket.
    sum += caf::timespan{(int64_t{3} << i) / 4}
           * static_cast<int64_t>(x.counts[i]);
  }
  add_histogram(to, std::move(of), counts, sum, [](size_t i) {
    return caf::timespan{int64_t{1} << (each * i + each - 1)};
  });
}

void add_types(exposition& out, const node_snapshot& x,
               const std::map<std::string, type_counts>& counts) {
  auto types = states_of(x, counts);
  auto& states = out.family("troupe_children", "Children by type and state.",
                            MetricType::Gauge);
  for (auto& [type, y] : types)
    for (auto& [state, n] : y.by_state)
      out.gauge(states, {{"type", type}, {"state", state}},
                static_cast<double>(n));
  auto& waiting =
      out.family("troupe_mailbox_messages",
                 "Messages that wait, by type and lane.", MetricType::Gauge);
  for (auto& [type, y] : types) {
    out.gauge(waiting, {{"type", type}, {"lane", "data"}},
              static_cast<double>(y.data_waiting));
    out.gauge(waiting, {{"type", type}, {"lane", "control"}},
              static_cast<double>(y.control_waiting));
  }
  auto add = [&](const char* name, const char* help, auto member) {
    auto& to = out.family(name, help, MetricType::Counter);
    for (auto& [type, y] : counts)
      out.counter(to, {{"type", type}}, static_cast<double>(y.*member));
  };
  add("troupe_messages_handled_total", "Messages handled.",
      &type_counts::handled);
  add("troupe_messages_refused_total",
      "Messages that found the mailbox full and were refused.",
      &type_counts::refused);
  add("troupe_messages_dropped_total", "Messages that a full mailbox dropped.",
      &type_counts::dropped);
  add("troupe_child_failures_total", "Incarnations that failed.",
      &type_counts::failures);
  add("troupe_child_restarts_total", "Restarts after an end.",
      &type_counts::restarts);
  auto& times =
      out.family("troupe_message_run_seconds",
                 "How long handlers ran, by type.", MetricType::Histogram);
  for (auto& [type, y] : counts)
    add_histogram(times, {{"type", type}}, y.run_times, y.run_time,
                  end_of_bucket);
  auto& waits = out.family("troupe_message_wait_seconds",
                           "How long a sample of the messages waited, by type; "
                           "the sum is estimated.",
                           MetricType::Histogram);
  for (auto& [type, y] : counts)
    add_histogram(waits, {{"type", type}}, y.wait_times, about(y.wait_times),
                  end_of_bucket);
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
  add("troupe_child_busy_share",
      "Share of the time since the look before that was spent on messages.",
      [](auto& y) { return y.busy_share ? *y.busy_share : 0.; });
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

/// Pools whose numbers are known.
std::vector<const observed_pool*> pools_of(const node_snapshot& x) {
  std::vector<const observed_pool*> result;
  for (auto& y : x.pools)
    if (y.note.empty() && result.size() < max_pool_series)
      result.push_back(&y);
  return result;
}

void add_pools(exposition& out, const node_snapshot& x) {
  auto pools = pools_of(x);
  auto gauge = [&](const char* name, const char* help, auto value) {
    auto& to = out.family(name, help, MetricType::Gauge);
    for (auto y : pools)
      out.gauge(to, {{"pool", plain_text(y->name)}}, value(y->stats));
  };
  auto counter = [&](const char* name, const char* help, auto member) {
    auto& to = out.family(name, help, MetricType::Counter);
    for (auto y : pools)
      out.counter(to, {{"pool", plain_text(y->name)}},
                  static_cast<double>(y->stats.*member));
  };
  auto histogram = [&](const char* name, const char* help, auto member) {
    auto& to = out.family(name, help, MetricType::Histogram);
    for (auto y : pools)
      add_durations(to, {{"pool", plain_text(y->name)}}, y->stats.*member);
  };
  auto as_number = [](auto member) {
    return [member](auto& y) { return static_cast<double>(y.*member); };
  };
  gauge("troupe_pool_workers", "Workers that are up.",
        as_number(&pool_stats::workers));
  gauge("troupe_pool_queued", "Tasks that wait for a worker.",
        as_number(&pool_stats::queued));
  gauge("troupe_pool_outstanding", "Tasks that a worker holds.",
        as_number(&pool_stats::outstanding));
  gauge("troupe_pool_quarantined", "Tasks that are set aside.",
        as_number(&pool_stats::quarantined));
  gauge("troupe_pool_utilisation",
        "Share of their time in which workers were "
        "busy, since the pool started.",
        [](auto& y) { return utilisation(y); });
  counter("troupe_pool_accepted_total", "Tasks accepted.",
          &pool_stats::accepted);
  counter("troupe_pool_completed_total", "Tasks answered by a worker.",
          &pool_stats::completed);
  counter("troupe_pool_refused_total", "Tasks turned away.",
          &pool_stats::refused);
  counter("troupe_pool_retried_total",
          "Tasks that went back to the queue because their worker died.",
          &pool_stats::retried);
  counter("troupe_pool_failed_total",
          "Accepted tasks that the pool answered with an error.",
          &pool_stats::failed);
  counter("troupe_pool_restarts_total",
          "Starts of a worker after the first one in its place.",
          &pool_stats::restarts);
  counter("troupe_pool_recycled_total",
          "Workers that were replaced because they had done their share.",
          &pool_stats::recycled);
  counter("troupe_pool_hedged_total", "Second copies of slow tasks.",
          &pool_stats::hedged);
  counter("troupe_pool_hedges_won_total",
          "Second copies that were answered first.", &pool_stats::hedges_won);
  histogram("troupe_pool_wait_seconds",
            "How long tasks waited for a worker; "
            "the sum is estimated.",
            &pool_stats::wait);
  histogram("troupe_pool_run_seconds",
            "How long workers had tasks, the way "
            "there and back included; the sum is estimated.",
            &pool_stats::run);
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
    if (seen.size() >= max_process_series || ++seen[y.child] > 1)
      continue;
    out.gauge(memory, of(y), static_cast<double>(y.resident_bytes));
    out.counter(cpu, of(y), seconds(y.cpu_time));
  }
}

void add_links(exposition& out, const node_snapshot& x) {
  std::vector<const link_stats*> shown;
  for (auto& y : x.links)
    if (shown.size() < max_link_series)
      shown.push_back(&y);
  auto add = [&](const char* name, const char* help, MetricType type,
                 auto member) {
    auto& to = out.family(name, help, type);
    for (auto y : shown) {
      labels of{{"peer", plain_text(y->peer)}};
      auto value = static_cast<double>(y->*member);
      if (type == MetricType::Gauge)
        out.gauge(to, std::move(of), value);
      else
        out.counter(to, std::move(of), value);
    }
  };
  auto gauge = MetricType::Gauge;
  auto counter = MetricType::Counter;
  add("troupe_link_sent_bytes_total", "Bytes of frames sent.", counter,
      &link_stats::sent_bytes);
  add("troupe_link_sent_frames_total", "Frames sent.", counter,
      &link_stats::sent_frames);
  add("troupe_link_received_bytes_total", "Bytes of frames received.", counter,
      &link_stats::received_bytes);
  add("troupe_link_received_frames_total", "Frames received.", counter,
      &link_stats::received_frames);
  add("troupe_link_resumed_total",
      "Streams that took the place of one that broke.", counter,
      &link_stats::resumed);
  add("troupe_link_waiting_bytes", "What waits to be sent.", gauge,
      &link_stats::waiting_bytes);
  add("troupe_link_unacknowledged_bytes", "What is sent and not acknowledged.",
      gauge, &link_stats::unacknowledged_bytes);
  add("troupe_link_window_bytes", "How much that may be.", gauge,
      &link_stats::window_bytes);
  add("troupe_link_phi", "How suspicious the silence of the node is.", gauge,
      &link_stats::phi);
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
  add_types(out, x, counts.types);
  add_children(out, x);
  add_scheduler(out, x);
  add_pools(out, x);
  if (!x.processes.empty())
    add_processes(out, x);
  add_links(out, x);
  auto& peers = out.family("troupe_peer_up", "Whether a node is linked.",
                           MetricType::Gauge);
  for (size_t i = 0; i < std::min(x.peers.size(), max_link_series); ++i)
    out.gauge(peers, {{"peer", plain_text(x.peers[i].name)}},
              x.peers[i].state == node_state::up ? 1 : 0);
  return out.text();
}

} // namespace troupe
