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
  return out;
}

} // namespace server_app
