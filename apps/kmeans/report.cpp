// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "common/human.hpp"

namespace kmeans {

namespace {

double seconds(caf::timespan x) {
  return static_cast<double>(x.count()) / 1e9;
}

double rounded(double x) {
  return std::round(x * 1e6) / 1e6;
}

/// Clusters that are shown at most.
constexpr size_t max_rows = 40;

} // namespace

bool summary::equal() const {
  return alone->centroids == found.centroids && alone->sizes == found.sizes
         && alone->inertia == found.inertia;
}

double summary::efficiency() const {
  auto spent = seconds(found.wall) * static_cast<double>(workers);
  return spent > 0 ? seconds(alone->wall) / spent : 0;
}

std::string report(const summary& x, app::colours c) {
  app::page out{c};
  out.line("  {:>8}{:>12}{:>9}   first numbers of the centroid", "cluster",
           "points", "share");
  auto rows = std::min(x.found.sizes.size(), max_rows);
  for (size_t i = 0; i < rows; ++i) {
    std::string numbers;
    for (uint32_t j = 0; j < std::min(x.dims, 4U); ++j)
      numbers += fmt::format("{:10.4g}", x.found.centroids[i * x.dims + j]);
    out.line("  {:>8}{:>12}{:>7.2f} % {}", i + 1, x.found.sizes[i],
             100.0 * static_cast<double>(x.found.sizes[i])
                 / static_cast<double>(x.points),
             numbers);
  }
  if (rows < x.found.sizes.size())
    out.line("  and {} more", x.found.sizes.size() - rows);
  out.line("");
  auto count = x.found.inertia.size();
  out.line("  {}", out.bold(fmt::format(
                       "inertia {:.10g} after {}, {}", x.found.inertia.back(),
                       app::plural(count, "iteration"),
                       x.found.converged ? "no centroid moves any more"
                                         : "centroids still move")));
  out.line("  {}, {} for each iteration", app::human(x.found.wall),
           app::human(x.found.wall / static_cast<int64_t>(count)));
  if (x.alone) {
    out.line("  {} on one thread, efficiency {:.3f} on {}",
             app::human(x.alone->wall), x.efficiency(),
             app::plural(x.workers, "worker"));
    out.line("  {}", x.equal()
                         ? out.green("one thread finds the same, bit for bit")
                         : out.red("one thread finds something else"));
  }
  return out.take();
}

std::string to_json(const summary& x, const options& opts) {
  auto centroids = nlohmann::ordered_json::array();
  for (size_t i = 0; i < x.found.sizes.size(); ++i) {
    auto first = x.found.centroids.begin() + static_cast<ptrdiff_t>(i * x.dims);
    centroids.push_back(std::vector<float>(first, first + x.dims));
  }
  nlohmann::ordered_json result = {
      {"points", x.points},
      {"dims", x.dims},
      {"clusters", x.found.sizes.size()},
      {"seed", opts.seed},
      {"iterations", x.found.inertia.size()},
      {"converged", x.found.converged},
      {"inertia", x.found.inertia.back()},
      {"sizes", x.found.sizes},
      {"centroids", std::move(centroids)},
      {"workers", x.workers},
      {"wall_s", rounded(seconds(x.found.wall))},
      {"sequential_s", nullptr},
      {"equal", nullptr},
      {"efficiency", nullptr},
      {"restarts", x.restarts},
  };
  if (x.alone) {
    result["sequential_s"] = rounded(seconds(x.alone->wall));
    result["equal"] = x.equal();
    result["efficiency"] = rounded(x.efficiency());
  }
  return result.dump();
}

app::line_plot course(const summary& x) {
  app::plot_line line{.marks = app::plot_line::points::dots};
  for (size_t i = 0; i < x.found.inertia.size(); ++i) {
    line.x.push_back(static_cast<double>(i + 1));
    line.y.push_back(x.found.inertia[i]);
  }
  return {.title = fmt::format("{} clusters of {} points", x.found.sizes.size(),
                               x.points),
          .x_label = "iteration",
          .y_label = "inertia",
          .lines = {std::move(line)}};
}

} // namespace kmeans
