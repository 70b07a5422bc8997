// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <exception>
#include <optional>
#include <variant>

#include <fmt/format.h>

#include "troupe/actors/wordcount.hpp"
#include "troupe/base/cores.hpp"

#include "common/interruption.hpp"
#include "common/refuse.hpp"
#include "common/regular_file.hpp"
#include "common/run_as_worker.hpp"
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

int main(int argc, char** argv) {
  if (auto code = app::run_as_worker(argc, argv))
    return *code;
  app::interruption stop;
  auto parsed = parse_options(argc, argv, troupe::usable_cores());
  if (auto* exit = std::get_if<early_exit>(&parsed))
    return app::leave(*exit);
  return static_cast<int>(run(std::get<options>(parsed), stop));
}

} // namespace

} // namespace wordcount

int main(int argc, char** argv) {
  return wordcount::main(argc, argv);
}
