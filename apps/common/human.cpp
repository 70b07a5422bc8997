// SPDX-License-Identifier: Apache-2.0

#include "common/human.hpp"

#include <chrono>
#include <cstdint>

#include <fmt/format.h>

namespace app {

namespace {

std::string three_digits(double x, const char* unit) {
  auto decimals = x < 9.995 ? 2 : x < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", x, decimals, unit);
}

} // namespace

std::string human(caf::timespan x) {
  using namespace std::chrono;
  auto ns = static_cast<double>(x.count());
  if (ns < 999.5e3)
    return three_digits(ns / 1e3, "us");
  if (ns < 999.5e6)
    return three_digits(ns / 1e6, "ms");
  if (x < 100s)
    return three_digits(ns / 1e9, "s");
  auto total = static_cast<int64_t>(round<seconds>(x).count());
  if (total < 3600)
    return fmt::format("{} min {:02} s", total / 60, total % 60);
  return fmt::format("{} h {:02} min", total / 3600, total / 60 % 60);
}

std::string plural(uint64_t n, std::string_view word) {
  return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s");
}

} // namespace app
