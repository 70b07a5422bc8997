// SPDX-License-Identifier: Apache-2.0

#include "point_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "common/excerpt.hpp"

namespace kmeans {

namespace {

constexpr size_t max_dims = 4'096;

/// Squares of differences must fit.
constexpr float max_number = 1e15F;

std::string_view trimmed(std::string_view x) {
  constexpr std::string_view blanks = " \t\r";
  auto first = x.find_first_not_of(blanks);
  if (first == x.npos)
    return {};
  return x.substr(first, x.find_last_not_of(blanks) - first + 1);
}

/// Takes what stands before `end` from the front of `x`.
std::string_view take(std::string_view& x, char end) {
  auto length = std::min(x.find(end), x.size());
  auto result = x.substr(0, length);
  x.remove_prefix(std::min(length + 1, x.size()));
  return result;
}

caf::error wrong(std::string text) {
  return make_error(troupe::errc::bad_input, std::move(text));
}

} // namespace

caf::expected<point_table> parse_points(std::string_view text) {
  point_table result;
  for (size_t number = 1; !text.empty(); ++number) {
    auto line = trimmed(take(text, '\n'));
    if (line.empty())
      continue;
    auto fields =
        static_cast<size_t>(std::count(line.begin(), line.end(), ',')) + 1;
    if (result.dims == 0)
      result.dims = static_cast<uint32_t>(std::min(fields, max_dims + 1));
    if (fields > max_dims)
      return wrong(fmt::format("line {}: {} numbers, must be 1 to {}", number,
                               fields, max_dims));
    if (fields != result.dims)
      return wrong(fmt::format("line {}: {} numbers, must be {} as on the "
                               "first line",
                               number, fields, result.dims));
    for (size_t i = 0; i < fields; ++i) {
      auto field = trimmed(take(line, ','));
      float value = 0;
      auto end = field.data() + field.size();
      auto [stop, problem] = std::from_chars(field.data(), end, value);
      if (problem != std::errc{} || stop != end
          || !(std::abs(value) <= max_number))
        return wrong(fmt::format("line {}: {} is no number from -1e15 to 1e15",
                                 number, app::excerpt(field)));
      result.numbers.push_back(value);
    }
  }
  if (result.numbers.empty())
    return wrong("holds no point");
  return result;
}

point_table sample(const point_table& x, size_t limit) {
  if (x.size() <= limit)
    return x;
  point_table result{.dims = x.dims, .numbers = {}};
  for (size_t i = 0; i < limit; ++i) {
    auto row = x.numbers.begin()
               + static_cast<ptrdiff_t>(i * x.size() / limit * x.dims);
    result.numbers.insert(result.numbers.end(), row, row + x.dims);
  }
  return result;
}

} // namespace kmeans
