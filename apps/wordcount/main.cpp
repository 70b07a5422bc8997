// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "troupe/actors/wordcount.hpp"

#include "common/refuse.hpp"
#include "common/regular_file.hpp"
#include "common/run_program.hpp"
#include "common/workshop.hpp"
#include "options.hpp"
#include "report.hpp"
#include "work.hpp"

namespace wordcount {

namespace {

exit_code run(const options& opts, app::interruption& stop) {
  std::optional<app::regular_file> file;
  try {
    file.emplace(opts.file);
  } catch (const std::exception& x) {
    return refuse(exit_code::usage, fmt::format("{}: {}", opts.file, x.what()));
  }
  app::workshop shop{opts, stop};
  if (auto code = shop.open("wordcount", troupe::wordcount_worker);
      code != exit_code::ok)
    return code;
  fmt::print("{}, {} MiB of memory, {}\n\n", opts.file, opts.memory_mib,
             app::headcount(opts));
  std::fflush(stdout);
  outcome result;
  if (auto code = count(shop, *file, opts, result); code != exit_code::ok)
    return code;
  fmt::print("{}", report(result, app::colours_of_stdout()));
  if (opts.json)
    fmt::print("{}\n", to_json(result, shop.ready(), shop.stats().restarts));
  return app::flush_stdout();
}

} // namespace

} // namespace wordcount

int main(int argc, char** argv) {
  return app::run_program(argc, argv, wordcount::parse_options, wordcount::run);
}
