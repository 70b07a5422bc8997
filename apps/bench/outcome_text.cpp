// SPDX-License-Identifier: Apache-2.0

#include "outcome_text.hpp"

#include <cstdio>
#include <sstream>

namespace bench {

std::string to_lines(const outcome& x) {
  std::string result;
  for (auto& y : x.values) {
    char number[32];
    std::snprintf(number, sizeof(number), "%.9g", y.value);
    result += y.metric + "|" + y.unit
              + (y.direction == better::higher ? "|higher|" : "|lower|")
              + number + "\n";
  }
  for (auto& y : x.notes)
    result += "note|" + y + "\n";
  return result;
}

outcome from_lines(std::string_view text) {
  outcome result;
  std::istringstream in{std::string{text}};
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields{line};
    std::string metric;
    std::string unit;
    std::string direction;
    double value = 0;
    if (!std::getline(fields, metric, '|') || !std::getline(fields, unit, '|'))
      continue;
    if (metric == "note") {
      result.notes.push_back(unit);
      continue;
    }
    if (std::getline(fields, direction, '|') && fields >> value
        && (direction == "higher" || direction == "lower"))
      result.values.push_back(
          {metric, unit, direction == "higher" ? better::higher : better::lower,
           value});
  }
  return result;
}

} // namespace bench
