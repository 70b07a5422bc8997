// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <variant>

#include <fmt/format.h>

#include "troupe/actors/hashing.hpp"

#include "common/refuse.hpp"
#include "common/run_program.hpp"
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

} // namespace

} // namespace hashing

int main(int argc, char** argv) {
  return app::run_program(argc, argv, hashing::parse_options, hashing::run);
}
