// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <variant>

#include <fmt/format.h>

#include "troupe/actors/hashing.hpp"
#include "troupe/base/cores.hpp"

#include "common/interruption.hpp"
#include "common/refuse.hpp"
#include "common/run_as_worker.hpp"
#include "common/workshop.hpp"
#include "options.hpp"
#include "report.hpp"
#include "works.hpp"

namespace hashing {

namespace {

exit_code run(const options& opts, app::interruption& stop) {
  app::workshop shop{opts, stop};
  if (auto code = shop.open("hash", troupe::hash_worker); code != exit_code::ok)
    return code;
  auto* keys = std::get_if<key_options>(&opts.work);
  fmt::print(
      "{}, {}\n\n",
      keys != nullptr
          ? fmt::format("PBKDF2-HMAC-SHA256, {} iterations", keys->iterations)
          : "Merkle tree of " + std::get<tree_options>(opts.work).file,
      app::headcount(opts));
  std::fflush(stdout);
  outcome result;
  auto code = keys != nullptr
                  ? derive_keys(shop, *keys, result)
                  : hash_tree(shop, std::get<tree_options>(opts.work), result);
  if (code != exit_code::ok)
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

} // namespace hashing

int main(int argc, char** argv) {
  return hashing::main(argc, argv);
}
