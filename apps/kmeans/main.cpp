// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "troupe/actors/kmeans.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/buffer/make_buffer.hpp"

#include "common/human.hpp"
#include "common/output_file.hpp"
#include "common/read_file.hpp"
#include "common/refuse.hpp"
#include "common/run_program.hpp"
#include "common/workshop.hpp"
#include "lloyd.hpp"
#include "options.hpp"
#include "point_table.hpp"
#include "report.hpp"

namespace kmeans {

namespace {

constexpr uint64_t max_input_bytes = uint64_t{4} << 30;

/// Points among which seeds are chosen.
constexpr size_t seeding_points = 16'384;

std::variant<point_table, exit_code> get_points(const options& opts) {
  if (!opts.input)
    return point_table{opts.dims, troupe::make_blobs(opts.points, opts.dims,
                                                     opts.clusters, opts.seed)};
  auto text = app::read_file(*opts.input, max_input_bytes);
  if (!text)
    return refuse(exit_code::usage, troupe::describe(text.error()));
  auto result = parse_points(*text);
  if (!result)
    return refuse(exit_code::usage,
                  *opts.input + ": " + troupe::describe(result.error()));
  return std::move(*result);
}

/// Writes what the options ask for.
exit_code write(const summary& x, const point_set& points,
                std::optional<app::output_file>& output,
                std::optional<app::output_file>& plot) {
  caf::error problem;
  if (output) {
    std::vector<uint32_t> labels(x.points);
    troupe::assign_points(points.numbers, points.dims, x.found.centroids,
                          labels);
    problem = output->write([&, i = size_t{0}](std::string& text) mutable {
      if (i == 0)
        text += "point,cluster\n";
      if (i == labels.size())
        return false;
      text += fmt::format("{},{}\n", i + 1, labels[i] + 1);
      ++i;
      return true;
    });
  }
  if (!problem && plot)
    problem = plot->write(app::to_png(course(x)));
  return problem ? refuse(exit_code::output, troupe::describe(problem))
                 : exit_code::ok;
}

exit_code run(const options& opts, app::interruption& stop) {
  std::optional<app::output_file> output;
  std::optional<app::output_file> plot;
  for (auto code :
       {app::open_named(opts.output, output), app::open_named(opts.plot, plot)})
    if (code != exit_code::ok)
      return code;
  auto got = get_points(opts);
  if (auto* code = std::get_if<exit_code>(&got))
    return *code;
  auto& table = std::get<point_table>(got);
  if (auto numbers = size_t{opts.clusters} * table.dims;
      numbers > max_centroid_numbers)
    return refuse(exit_code::usage,
                  fmt::format("--clusters: {} of {} numbers are {}, must be at "
                              "most {}",
                              opts.clusters, table.dims, numbers,
                              max_centroid_numbers));
  summary result{.points = table.size(), .dims = table.dims};
  auto seeding = sample(table, seeding_points);
  auto seeds = troupe::seed_centroids(seeding.numbers, seeding.dims,
                                      opts.clusters, opts.seed);
  app::workshop shop{opts, stop};
  if (auto code = shop.open("kmeans", troupe::kmeans_worker);
      code != exit_code::ok)
    return code;
  auto buffer = troupe::copy_to_buffer<float>(
      shop.system(), std::span<const float>{table.numbers});
  if (!buffer)
    return refuse(exit_code::failed, troupe::describe(buffer.error()));
  table.numbers = {};
  point_set points{result.dims, std::move(*buffer).freeze()};
  fmt::print("{} points of {} numbers, {}, {}\n\n", result.points, result.dims,
             app::plural(opts.clusters, "cluster"), app::headcount(opts));
  std::fflush(stdout);
  if (auto code = lloyd(shop, points, seeds, opts.iterations, result.found);
      code != exit_code::ok)
    return code;
  if (opts.compare) {
    result.alone.emplace();
    if (!lloyd_alone(shop, points, seeds, opts.iterations, *result.alone))
      return refuse(stop.code(), "stopped");
  }
  result.workers = shop.ready();
  result.restarts = shop.stats().restarts;
  fmt::print("{}", report(result, app::colours_of_stdout()));
  if (auto code = write(result, points, output, plot); code != exit_code::ok)
    return code;
  if (opts.json)
    fmt::print("{}\n", to_json(result, opts));
  if (auto code = app::flush_stdout(); code != exit_code::ok)
    return code;
  return result.alone && !result.equal() ? exit_code::failed : exit_code::ok;
}

} // namespace

} // namespace kmeans

int main(int argc, char** argv) {
  return app::run_program(argc, argv, kmeans::parse_options, kmeans::run);
}
