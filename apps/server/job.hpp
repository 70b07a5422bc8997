// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "caf/timespan.hpp"
#include "caf/timestamp.hpp"

#include "web/problem.hpp"

#include "order.hpp"

namespace server_app {

enum class job_state : uint8_t {
  /// Waits until others have ended.
  waiting = 1,
  running,
  done,
  /// Has a problem instead of a result.
  failed,
  cancelled,
};

/// @relates job_state
std::string to_string(job_state x);

/// An order and what has become of it.
struct job {
  std::string id = {};
  order_kind kind = order_kind::simulate;
  job_state state = job_state::waiting;
  caf::timestamp submitted = {};

  /// Tasks that were done, of so many.
  size_t done = 0;
  size_t total = 0;

  /// Grows with every change.
  uint64_t version = 1;

  /// JSON, once it is done.
  std::string result = {};

  /// Why there is none.
  std::optional<web::problem> failure = {};
};

/// Returns whether nothing changes any more.
/// @relates job
bool has_ended(const job& x);

/// Returns a job as JSON on one line, with its result if it has one.
/// @relates job
std::string to_json_text(const job& x);

/// Returns how far a job is, as JSON on one line.
/// @relates job
std::string progress_text(const job& x);

} // namespace server_app
