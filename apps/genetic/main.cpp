// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "troupe/actors/island.hpp"
#include "troupe/actors/tsp.hpp"
#include "troupe/base/errc.hpp"

#include "common/human.hpp"
#include "common/output_file.hpp"
#include "common/read_file.hpp"
#include "common/refuse.hpp"
#include "common/run_program.hpp"
#include "common/workshop.hpp"
#include "options.hpp"
#include "report.hpp"
#include "search.hpp"

namespace genetic {

namespace {

constexpr uint64_t max_file_bytes = uint64_t{1} << 20;

std::variant<troupe::tsp, exit_code> read_problem(const options& opts) {
  std::string text{troupe::berlin52()};
  if (opts.file) {
    auto read = app::read_file(*opts.file, max_file_bytes);
    if (!read)
      return refuse(exit_code::usage, troupe::describe(read.error()));
    text = std::move(*read);
  }
  auto result = troupe::parse_tsplib(text);
  if (!result)
    return refuse(exit_code::usage, opts.file.value_or("berlin52") + ": "
                                        + troupe::describe(result.error()));
  return std::move(*result);
}

/// Files that are written at the end, opened before anything is computed.
class outputs {
public:
  exit_code open(const options& opts) {
    for (auto& [name, file] : {std::pair{&opts.plot, &plot_},
                               {&opts.map, &map_},
                               {&opts.output, &tour_}})
      if (auto code = app::open_named(*name, *file); code != exit_code::ok)
        return code;
    return exit_code::ok;
  }

  exit_code write(const outcome& x, const troupe::tsp& problem) {
    caf::error failure;
    if (plot_)
      failure = plot_->write(app::to_png(convergence(x, problem)));
    if (!failure && map_)
      failure = map_->write(app::to_png(map(x, problem)));
    if (!failure && tour_)
      failure = tour_->write(to_tsplib(x, problem));
    return failure ? refuse(exit_code::output, troupe::describe(failure))
                   : exit_code::ok;
  }

private:
  std::optional<app::output_file> plot_;
  std::optional<app::output_file> map_;
  std::optional<app::output_file> tour_;
};

exit_code run(const options& opts, app::interruption& stop) {
  auto read = read_problem(opts);
  if (auto* code = std::get_if<exit_code>(&read))
    return *code;
  auto& problem = std::get<troupe::tsp>(read);
  outputs files;
  if (auto code = files.open(opts); code != exit_code::ok)
    return code;
  app::workshop shop{opts, stop};
  if (auto code = shop.open("island", troupe::island_worker);
      code != exit_code::ok)
    return code;
  fmt::print("{}: {} cities, {} of {} tours, {}\n\n", problem.name,
             problem.cities.size(), app::plural(opts.islands, "island"),
             opts.individuals, app::headcount(opts));
  std::fflush(stdout);
  outcome result;
  if (auto code = search(shop, problem, opts, result); code != exit_code::ok)
    return code;
  fmt::print("{}", report(result, opts, app::colours_of_stdout()));
  if (auto code = files.write(result, problem); code != exit_code::ok)
    return code;
  if (opts.json)
    fmt::print("{}\n", to_json(result, problem, opts, shop.ready(),
                               shop.stats().restarts));
  if (auto code = app::flush_stdout(); code != exit_code::ok)
    return code;
  return opts.target && result.best.length > *opts.target ? exit_code::failed
                                                          : exit_code::ok;
}

} // namespace

} // namespace genetic

int main(int argc, char** argv) {
  return app::run_program(argc, argv, genetic::parse_options, genetic::run);
}
