// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/human.hpp"

namespace genetic {

namespace {

/// Nobody reads more than six decimals.
double rounded(double x) {
  return std::round(x * 1e6) / 1e6;
}

bool reached(const outcome& x, const options& opts) {
  return opts.target && x.best.length <= *opts.target;
}

void list_tour(app::page& out, const troupe::tour& cities) {
  std::string line = "  tour";
  for (auto city : cities) {
    auto word = fmt::format(" {}", city + 1);
    if (line.size() + word.size() > 80) {
      out.line("{}", line);
      line = "      ";
    }
    line += word;
  }
  out.line("{}", line);
}

} // namespace

std::string report(const outcome& x, const options& opts, app::colours c) {
  app::page out{c};
  out.line("  {:<10}{:>12}{:>12}", "island", "shortest", "average");
  for (size_t i = 0; i < x.islands.size(); ++i) {
    auto state = look_at({x.islands[i]}, x.generations);
    out.line("  {:<10}{:>12}{:>12.1f}", i + 1, state.shortest, state.average);
  }
  out.line("");
  list_tour(out, x.best.cities);
  out.line("");
  auto verdict =
      fmt::format("shortest tour {}, found in generation {} of {}, {}",
                  x.best.length, x.found_in, x.generations, app::human(x.wall));
  if (!opts.target)
    out.line("  {}", out.bold(verdict));
  else if (reached(x, opts))
    out.line("  {}", out.green(fmt::format("{}: the target of {} is reached",
                                           verdict, *opts.target)));
  else
    out.line("  {}", out.red(fmt::format("{}: the target of {} is not reached",
                                         verdict, *opts.target)));
  return out.take();
}

std::string to_json(const outcome& x, const troupe::tsp& problem,
                    const options& opts, size_t workers, uint64_t restarts) {
  nlohmann::ordered_json result = {
      {"name", problem.name},
      {"cities", problem.cities.size()},
      {"length", x.best.length},
      {"target", nullptr},
      {"reached", nullptr},
      {"found_in", x.found_in},
      {"generations", x.generations},
      {"islands", x.islands.size()},
      {"individuals", opts.individuals},
      {"seed", opts.seed},
      {"workers", workers},
      {"wall_s", rounded(static_cast<double>(x.wall.count()) / 1e9)},
      {"restarts", restarts},
      {"tour", nlohmann::ordered_json::array()},
  };
  if (opts.target) {
    result["target"] = *opts.target;
    result["reached"] = reached(x, opts);
  }
  for (auto city : x.best.cities)
    result["tour"].push_back(city + 1);
  // Names come from files and need not be UTF-8.
  return result.dump(-1, ' ', true,
                     nlohmann::ordered_json::error_handler_t::replace);
}

std::string to_tsplib(const outcome& x, const troupe::tsp& problem) {
  auto result = fmt::format("NAME: {}.tour\nTYPE: TOUR\nCOMMENT: length {}\n"
                            "DIMENSION: {}\nTOUR_SECTION\n",
                            problem.name, x.best.length, problem.cities.size());
  for (auto city : x.best.cities)
    result += fmt::format("{}\n", city + 1);
  return result + "-1\nEOF\n";
}

app::line_plot convergence(const outcome& x, const troupe::tsp& problem) {
  app::plot_line shortest{.name = "shortest"};
  app::plot_line average{.name = "average"};
  for (auto& at : x.course) {
    shortest.x.push_back(at.generation);
    shortest.y.push_back(static_cast<double>(at.shortest));
    average.x.push_back(at.generation);
    average.y.push_back(at.average);
  }
  shortest.marks = app::plot_line::points::dots;
  return {.title =
              fmt::format("{}: shortest tour {}", problem.name, x.best.length),
          .x_label = "generation",
          .y_label = "length",
          .lines = {std::move(shortest), std::move(average)}};
}

app::line_plot map(const outcome& x, const troupe::tsp& problem) {
  app::plot_line line{.marks = app::plot_line::points::dots};
  auto put = [&](uint16_t city) {
    line.x.push_back(problem.cities[city].x);
    line.y.push_back(problem.cities[city].y);
  };
  for (auto city : x.best.cities)
    put(city);
  put(x.best.cities.front());
  return {.title =
              fmt::format("{}: tour of length {}", problem.name, x.best.length),
          .x_label = "x",
          .y_label = "y",
          .shape = app::line_plot::aspect::equal,
          .lines = {std::move(line)}};
}

} // namespace genetic
