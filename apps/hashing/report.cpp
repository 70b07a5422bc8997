// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "troupe/actors/hashing.hpp"

#include "common/human.hpp"

namespace hashing {

namespace {

double seconds(const outcome& x) {
  return static_cast<double>(x.wall.count()) / 1e9;
}

} // namespace

std::string report(const outcome& x, app::colours c) {
  app::page out{c};
  auto time = std::max(seconds(x), 1e-9);
  auto items = static_cast<double>(x.items);
  if (x.iterations) {
    out.line("  {:<12}{}", "keys", x.items);
    out.line("  {:<12}{:.1f} keys/s, {:.2f} million iterations/s", "rate",
             items / time, items * *x.iterations / time / 1e6);
  } else {
    out.line("  {:<12}{} in {} bytes", "leaves", x.items, x.bytes);
    out.line("  {:<12}{:.1f} MB/s", "rate",
             static_cast<double>(x.bytes) / time / 1e6);
  }
  out.line("  {:<12}{}", "wall time", app::human(x.wall));
  out.line("  {:<12}{}", "tree hash", out.bold(troupe::to_hex(x.hash)));
  return out.take();
}

std::string to_json(const outcome& x, size_t workers, uint64_t restarts) {
  nlohmann::ordered_json result = {
      {"work", x.name},
      {"hash", troupe::to_hex(x.hash)},
      {"items", x.items},
      {"bytes", x.bytes},
      {"iterations", nullptr},
      {"workers", workers},
      {"wall_s", std::round(seconds(x) * 1e6) / 1e6},
      {"restarts", restarts},
  };
  if (x.iterations)
    result["iterations"] = *x.iterations;
  return result.dump();
}

} // namespace hashing
