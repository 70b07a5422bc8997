// SPDX-License-Identifier: Apache-2.0

#include "json.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

namespace fib_app {

namespace {

using nlohmann::ordered_json;

/// Nobody reads more than six decimals.
double rounded(double x) {
  return std::round(x * 1e6) / 1e6;
}

double seconds(caf::timespan x) {
  return rounded(static_cast<double>(x.count()) / 1e9);
}

double milliseconds(caf::timespan x) {
  return rounded(static_cast<double>(x.count()) / 1e6);
}

} // namespace

std::string to_json(const summary& x) {
  ordered_json result = {
      {"tasks", x.tasks},
      {"lost", x.lost},
      {"repeated", x.repeated},
      {"wrong", x.wrong},
      {"sequential_s", nullptr},
      {"parallel_s", seconds(x.parallel.wall)},
      {"cores", x.cores},
      {"efficiency", nullptr},
      {"gap_p50_ms", milliseconds(x.parallel.gaps.quantile(0.50))},
      {"gap_p99_ms", milliseconds(x.parallel.gaps.quantile(0.99))},
      {"gap_max_ms", milliseconds(x.parallel.gaps.max())},
      {"sequential_gap_max_ms", nullptr},
      {"nodes", ordered_json::array()},
      {"restarts", x.parallel.restarts},
  };
  if (x.sequential) {
    result["sequential_s"] = seconds(x.sequential->wall);
    result["sequential_gap_max_ms"] = milliseconds(x.sequential->gaps.max());
  }
  if (auto efficiency = x.efficiency(x.cores))
    result["efficiency"] = rounded(*efficiency);
  for (auto& node : x.nodes)
    result["nodes"].push_back({{"name", node.name}, {"tasks", node.tasks}});
  return result.dump();
}

} // namespace fib_app
