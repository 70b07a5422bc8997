// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

#include "caf/timespan.hpp"

namespace troupe {

/// Returns JSON on one line; bytes that are no UTF-8 are replaced.
inline std::string to_line(const nlohmann::ordered_json& x) {
  using handler = nlohmann::ordered_json::error_handler_t;
  return x.dump(-1, ' ', false, handler::replace);
}

inline double seconds(caf::timespan x) {
  return std::chrono::duration<double>{x}.count();
}

} // namespace troupe
