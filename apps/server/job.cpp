// SPDX-License-Identifier: Apache-2.0

#include "job.hpp"

#include <chrono>
#include <ctime>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace server_app {

namespace {

using nlohmann::json;

std::string time_text(caf::timestamp x) {
  auto since = x.time_since_epoch();
  auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  auto rest = std::chrono::floor<std::chrono::milliseconds>(since - seconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                     rest.count());
}

json head(const job& x) {
  return {{"id", x.id},
          {"kind", to_string(x.kind)},
          {"state", to_string(x.state)},
          {"submitted", time_text(x.submitted)},
          {"done", x.done},
          {"total", x.total}};
}

} // namespace

std::string to_string(job_state x) {
  switch (x) {
    case job_state::waiting:
      return "waiting";
    case job_state::running:
      return "running";
    case job_state::done:
      return "done";
    case job_state::failed:
      return "failed";
    case job_state::cancelled:
      return "cancelled";
  }
  return "unknown";
}

bool has_ended(const job& x) {
  return x.state == job_state::done || x.state == job_state::failed
         || x.state == job_state::cancelled;
}

std::string to_json_text(const job& x) {
  auto object = head(x);
  if (x.failure)
    object["problem"] = web::to_json(*x.failure);
  auto text = web::dump(object);
  if (x.state != job_state::done)
    return text;
  // The result is JSON already.
  text.pop_back();
  return text + ",\"result\":" + x.result + "}";
}

std::string progress_text(const job& x) {
  return web::dump(head(x));
}

} // namespace server_app
