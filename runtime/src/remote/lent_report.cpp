// SPDX-License-Identifier: Apache-2.0

#include "remote/lent_report.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

constexpr size_t longest_type = 200;
constexpr size_t most_messages = 1'024;

std::string fit_for_a_line(std::string x) {
  x.resize(std::min(x.size(), longest_type));
  std::replace_if(
      x.begin(), x.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return x;
}

run_time_histogram histogram_in(const std::vector<uint32_t>& x) {
  run_time_histogram result;
  std::copy_n(x.begin(), std::min(x.size(), result.size),
              result.counts.begin());
  return result;
}

} // namespace

lent_report make_lent_report(const caf::actor& x) {
  lent_report result;
  if (auto stats = last_stats_of(x)) {
    result.waiting = stats->waiting;
    result.skipped = stats->skipped;
    result.control_waiting = stats->control_waiting;
    result.work = work_in(*stats);
    if (stats->busy_for)
      result.busy_for = caf::timespan{*stats->busy_for};
  }
  for (auto& y : history_of(x))
    result.last.push_back({.age = caf::timespan{y.age},
                           .sender = y.sender,
                           .id = y.mid.integer_value(),
                           .type = std::move(y.type),
                           .size = y.size});
  return result;
}

cell_stats stats_in(const lent_report& x) {
  cell_stats result{.handled = x.work.handled,
                    .waiting = x.waiting,
                    .control_waiting = x.control_waiting,
                    .skipped = x.skipped,
                    .refused = x.work.refused,
                    .dropped = x.work.dropped,
                    .busy_for = std::nullopt,
                    .run_time = x.work.run_time,
                    .run_times = histogram_in(x.work.run_times),
                    .wait_times = histogram_in(x.work.wait_times)};
  if (x.busy_for)
    result.busy_for = *x.busy_for;
  return result;
}

std::vector<envelope_record> history_in(const lent_report& x) {
  std::vector<envelope_record> result;
  for (auto& y : x.last) {
    if (result.size() == most_messages)
      break;
    result.push_back({.age = y.age,
                      .sender = y.sender,
                      .mid = caf::message_id{y.id},
                      .type = fit_for_a_line(y.type),
                      .size = static_cast<size_t>(y.size)});
  }
  return result;
}

} // namespace troupe
