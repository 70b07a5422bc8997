// SPDX-License-Identifier: Apache-2.0

#include "tally.hpp"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace server_app {

namespace {

/// Begins a metric whose lines follow.
void begin(std::string& out, std::string_view name, std::string_view type,
           std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n",
                 name, help, type);
}

template <class T>
void single(std::string& out, std::string_view name, std::string_view type,
            std::string_view help, T value) {
  begin(out, name, type, help);
  fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
}

void add(std::string& out, const troupe::pool_stats& x) {
  single(out, "troupe_pool_workers", "gauge", "Workers that are up.",
         x.workers);
  single(out, "troupe_pool_queued", "gauge", "Tasks that wait for a worker.",
         x.queued);
  single(out, "troupe_pool_outstanding", "gauge", "Tasks that a worker holds.",
         x.outstanding);
  single(out, "troupe_pool_completed_total", "counter",
         "Tasks that were answered by a worker.", x.completed);
  single(out, "troupe_pool_retried_total", "counter",
         "Times a task went back to the queue because its worker died.",
         x.retried);
  single(out, "troupe_pool_failed_total", "counter",
         "Tasks that the pool answered with an error.", x.failed);
  single(out, "troupe_pool_restarts_total", "counter",
         "Starts of a worker after its first one.", x.restarts);
}

} // namespace

void tally::count(const std::string& route, int status) {
  std::lock_guard lock{mutex_};
  ++answers_[{route, status}];
}

std::string tally::text() const {
  std::string out;
  begin(out, "troupe_server_answers_total", "counter",
        "Answers by route and status.");
  std::lock_guard lock{mutex_};
  for (auto& [key, n] : answers_)
    fmt::format_to(std::back_inserter(out),
                   "troupe_server_answers_total{{route=\"{}\",status=\"{}\"}} "
                   "{}\n",
                   key.first, key.second, n);
  return out;
}

std::string exposition(const measures& x) {
  std::string out;
  single(out, "troupe_server_connections", "gauge",
         "Connections that are open.", x.http.open);
  single(out, "troupe_server_connections_accepted_total", "counter",
         "Connections that were accepted.", x.http.accepted);
  single(out, "troupe_server_connections_refused_total", "counter",
         "Connections that were turned away because there were too many.",
         x.http.refused);
  begin(out, "troupe_server_jobs", "gauge",
        "Jobs by state; those that ended until they are forgotten.");
  for (auto& [state, n] : x.jobs)
    fmt::format_to(std::back_inserter(out),
                   "troupe_server_jobs{{state=\"{}\"}} {}\n", to_string(state),
                   n);
  if (x.pool)
    add(out, *x.pool);
  return out;
}

} // namespace server_app
