// SPDX-License-Identifier: Apache-2.0

#include "base/quantity.hpp"

#include <charconv>
#include <iterator>
#include <limits>
#include <span>

namespace troupe {

namespace {

struct unit {
  std::string_view suffix;
  uint64_t factor;
};

constexpr unit byte_units[] = {
    {"", 1},
    {"KiB", uint64_t{1} << 10},
    {"MiB", uint64_t{1} << 20},
    {"GiB", uint64_t{1} << 30},
};

// The first two are only written, never read: no option is that fine.
constexpr unit time_units[] = {
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"min", 60'000'000'000},
};

std::optional<uint64_t> parse(std::string_view text,
                              std::span<const unit> units, uint64_t max) {
  uint64_t number = 0;
  auto [end, err] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (err != std::errc{})
    return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (text.size() > 1 && text.front() == ' ')
    text.remove_prefix(1);
  for (auto& x : units)
    if (x.suffix == text && number <= max / x.factor)
      return number * x.factor;
  return std::nullopt;
}

std::string format(uint64_t x, std::span<const unit> units) {
  auto best = units.front();
  for (auto& candidate : units)
    if (x != 0 && x % candidate.factor == 0)
      best = candidate;
  return std::to_string(x / best.factor) + std::string{best.suffix};
}

} // namespace

std::optional<uint64_t> parse_count(std::string_view text) {
  return parse(text, std::span{byte_units}.first(1),
               std::numeric_limits<uint64_t>::max());
}

std::optional<uint64_t> parse_bytes(std::string_view text) {
  return parse(text, byte_units, std::numeric_limits<uint64_t>::max());
}

std::optional<caf::timespan> parse_duration(std::string_view text) {
  auto ns = parse(text, std::span{time_units}.subspan(2),
                  std::numeric_limits<caf::timespan::rep>::max());
  if (!ns)
    return std::nullopt;
  return caf::timespan{static_cast<caf::timespan::rep>(*ns)};
}

std::string format_bytes(uint64_t x) {
  return format(x, byte_units);
}

std::string format_duration(caf::timespan x) {
  if (x.count() < 0)
    return "-" + format_duration(-x);
  return format(static_cast<uint64_t>(x.count()), time_units);
}

} // namespace troupe
