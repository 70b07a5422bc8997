// SPDX-License-Identifier: Apache-2.0

#include "csv_line.hpp"

#include <utility>

namespace fib_app {

namespace {

/// Takes a quoted field off the front of `rest`, which begins with the quote.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string field;
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] != '"') {
      field += rest[i];
    } else if (i + 1 < rest.size() && rest[i + 1] == '"') {
      field += '"';
      ++i;
    } else {
      rest.remove_prefix(i + 1);
      return field;
    }
  }
  return std::nullopt;
}

} // namespace

std::optional<std::vector<std::string>> split_csv(std::string_view line) {
  std::vector<std::string> result;
  for (;;) {
    if (!line.empty() && line.front() == '"') {
      auto field = take_quoted(line);
      if (!field || (!line.empty() && line.front() != ','))
        return std::nullopt;
      result.push_back(std::move(*field));
    } else {
      auto end = std::min(line.find(','), line.size());
      result.emplace_back(line.substr(0, end));
      line.remove_prefix(end);
    }
    if (line.empty())
      return result;
    line.remove_prefix(1);
  }
}

} // namespace fib_app
