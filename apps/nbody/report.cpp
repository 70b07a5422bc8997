// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/human.hpp"

namespace nbody {

namespace {

double seconds(const course& x) {
  return static_cast<double>(x.wall.count()) / 1e9;
}

/// Nobody reads more than six decimals.
double rounded(double x) {
  return std::round(x * 1e6) / 1e6;
}

double interactions(const options& opts) {
  auto n = static_cast<double>(opts.particles);
  return n * n * static_cast<double>(opts.steps + 1);
}

} // namespace

std::optional<double> summary::efficiency() const {
  if (!sequential)
    return std::nullopt;
  auto used = std::max<size_t>(std::min(workers, cores), 1);
  return seconds(*sequential) / seconds(parallel) / static_cast<double>(used);
}

std::optional<double> summary::deviation() const {
  if (!sequential)
    return std::nullopt;
  return nbody::deviation(sequential->places, parallel.places);
}

bool summary::agrees() const {
  auto found = deviation();
  return !found || *found <= max_deviation;
}

std::string report(const summary& x, const options& opts, app::colours c) {
  app::page out{c};
  auto line = [&](const char* who, const course& how) {
    out.line("  {:<16}{:>10}{:>12.2f}", who, app::human(how.wall),
             interactions(opts) / seconds(how) / 1e9);
  };
  out.line("  {:<16}{:>10}{:>12}", "", "time", "pairs, G/s");
  if (x.sequential)
    line("calling thread", *x.sequential);
  line("workers", x.parallel);
  out.line("");
  if (auto efficiency = x.efficiency())
    out.line("  efficiency {:.3f} of {}", *efficiency,
             app::plural(std::min(x.workers, x.cores), "core"));
  out.line("  energy {:.6f} at first, {:.6f} at last, drift {:.1e}",
           x.parallel.energy.front(), x.parallel.energy.back(),
           energy_drift(x.parallel));
  if (auto found = x.deviation()) {
    auto verdict =
        fmt::format("largest deviation from the calling thread {:g}", *found);
    out.line("  {}", x.agrees() ? out.green(verdict) : out.red(verdict));
  }
  return out.take();
}

std::string to_json(const summary& x, const options& opts) {
  nlohmann::ordered_json result = {
      {"particles", opts.particles},
      {"steps", opts.steps},
      {"step_size", opts.step_size},
      {"softening", opts.softening},
      {"seed", opts.seed},
      {"workers", x.workers},
      {"sequential_s", nullptr},
      {"parallel_s", rounded(seconds(x.parallel))},
      {"efficiency", nullptr},
      {"interactions_per_s",
       std::round(interactions(opts) / seconds(x.parallel))},
      {"energy_start", x.parallel.energy.front()},
      {"energy_end", x.parallel.energy.back()},
      {"energy_drift", energy_drift(x.parallel)},
      {"deviation", nullptr},
      {"frames", x.frames},
      {"restarts", x.restarts},
  };
  if (x.sequential) {
    result["sequential_s"] = rounded(seconds(*x.sequential));
    result["efficiency"] = rounded(*x.efficiency());
    result["deviation"] = *x.deviation();
  }
  return result.dump();
}

app::line_plot energy_plot(const summary& x, const options& opts) {
  app::plot_line line;
  auto& energy = x.parallel.energy;
  for (size_t i = 0; i < energy.size(); ++i) {
    line.x.push_back(static_cast<double>(i) * opts.step_size);
    line.y.push_back((energy[i] - energy.front()) / std::abs(energy.front()));
  }
  return {.title = fmt::format("{} particles: energy drift {:.1e}",
                               opts.particles, energy_drift(x.parallel)),
          .x_label = "time",
          .y_label = "deviation of the energy, relative",
          .lines = {std::move(line)}};
}

} // namespace nbody
