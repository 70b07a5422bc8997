// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/human.hpp"

namespace imaging {

namespace {

double seconds(caf::timespan x) {
  return static_cast<double>(x.count()) / 1e9;
}

/// Nobody reads more than six decimals.
double rounded(double x) {
  return std::round(x * 1e6) / 1e6;
}

double pixels_per_second(const summary& x, caf::timespan time) {
  return static_cast<double>(x.task.out_width * x.task.out_height)
         / seconds(time);
}

} // namespace

std::optional<double> summary::efficiency() const {
  if (!sequential)
    return std::nullopt;
  auto used = std::max<size_t>(std::min(workers, cores), 1);
  return seconds(*sequential) / seconds(parallel) / static_cast<double>(used);
}

std::string report(const summary& x, app::colours c) {
  app::page out{c};
  auto line = [&](const char* who, caf::timespan time) {
    out.line("  {:<16}{:>10}{:>14.1f}", who, app::human(time),
             pixels_per_second(x, time) / 1e6);
  };
  out.line("  {:<16}{:>10}{:>14}", "", "time", "pixels, M/s");
  if (x.sequential)
    line("calling thread", *x.sequential);
  line("workers", x.parallel);
  out.line("");
  if (auto efficiency = x.efficiency())
    out.line("  efficiency {:.3f} of {}", *efficiency,
             app::plural(std::min(x.workers, x.cores), "core"));
  if (x.differing) {
    auto verdict =
        *x.differing == 0
            ? out.green("equal to the result of the calling thread")
            : out.red(fmt::format("{} differ from those of the "
                                  "calling thread",
                                  app::plural(*x.differing, "sample")));
    out.line("  {}", verdict);
  }
  return out.take();
}

std::string to_json(const summary& x) {
  nlohmann::ordered_json result = {
      {"filter", to_string(x.task.filter)},
      {"width", x.task.width},
      {"height", x.task.height},
      {"out_width", x.task.out_width},
      {"out_height", x.task.out_height},
      {"channels", x.task.channels},
      {"bits", x.task.max_sample == 255 ? 8 : 16},
      {"tiles", x.tiles},
      {"workers", x.workers},
      {"sequential_s", nullptr},
      {"parallel_s", rounded(seconds(x.parallel))},
      {"efficiency", nullptr},
      {"pixels_per_s", std::round(pixels_per_second(x, x.parallel))},
      {"differing", nullptr},
      {"restarts", x.restarts},
  };
  if (x.sequential) {
    result["sequential_s"] = rounded(seconds(*x.sequential));
    result["efficiency"] = rounded(*x.efficiency());
  }
  if (x.differing)
    result["differing"] = *x.differing;
  return result.dump();
}

} // namespace imaging
