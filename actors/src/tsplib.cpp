// SPDX-License-Identifier: Apache-2.0

#include <charconv>
#include <cmath>
#include <optional>

#include "caf/error.hpp"
#include "caf/sec.hpp"

#include "troupe/actors/tsp.hpp"

namespace troupe {

namespace {

constexpr std::string_view blanks = " \t\r";

/// Distances must fit 32 bits.
constexpr double max_coordinate = 1e8;

std::string_view trimmed(std::string_view x) {
  auto first = x.find_first_not_of(blanks);
  if (first == x.npos)
    return {};
  return x.substr(first, x.find_last_not_of(blanks) - first + 1);
}

/// Takes the next word from the front of `x`.
std::string_view take_word(std::string_view& x) {
  x = trimmed(x);
  auto length = std::min(x.find_first_of(blanks), x.size());
  auto result = x.substr(0, length);
  x.remove_prefix(length);
  return result;
}

template <class T>
std::optional<T> number(std::string_view text) {
  T result = {};
  if (text.starts_with('+'))
    text.remove_prefix(1);
  auto end = text.data() + text.size();
  auto [stop, problem] = std::from_chars(text.data(), end, result);
  if (problem != std::errc{} || stop != end)
    return std::nullopt;
  return result;
}

/// Returns foreign text in quotes, fit for a line of text.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (auto c : text.substr(0, 40))
    result += c >= ' ' && c <= '~' ? c : '?';
  return result + (text.size() > 40 ? "...\"" : "\"");
}

class reader {
public:
  explicit reader(std::string_view text) : rest_(text) {
    // nop
  }

  caf::expected<tsp> read() {
    while (auto line = next_line()) {
      auto problem = in_section_ ? read_city(*line) : read_header(*line);
      if (ended_)
        break;
      if (!problem.empty())
        return wrong("line " + std::to_string(number_) + ": " + problem);
    }
    if (!in_section_)
      return wrong("has no NODE_COORD_SECTION");
    for (size_t i = 0; i < found_.size(); ++i)
      if (!found_[i])
        return wrong("city " + std::to_string(i + 1) + " of "
                     + std::to_string(found_.size()) + " is missing");
    return std::move(result_);
  }

private:
  static caf::error wrong(std::string text) {
    return caf::make_error(caf::sec::invalid_argument, std::move(text));
  }

  /// Returns the next line that is not empty.
  std::optional<std::string_view> next_line() {
    while (!rest_.empty()) {
      auto length = std::min(rest_.find('\n'), rest_.size());
      auto line = trimmed(rest_.substr(0, length));
      rest_.remove_prefix(std::min(length + 1, rest_.size()));
      ++number_;
      if (!line.empty())
        return line;
    }
    return std::nullopt;
  }

  std::string read_header(std::string_view line) {
    auto colon = line.find(':');
    auto key = trimmed(line.substr(0, colon));
    auto value = colon == line.npos ? std::string_view{}
                                    : trimmed(line.substr(colon + 1));
    if (key == "NAME") {
      result_.name = value;
    } else if (key == "TYPE") {
      if (value != "TSP")
        return "TYPE is " + quoted(value) + ", must be TSP";
    } else if (key == "EDGE_WEIGHT_TYPE") {
      if (value != "EUC_2D")
        return "EDGE_WEIGHT_TYPE is " + quoted(value) + ", must be EUC_2D";
      weighted_ = true;
    } else if (key == "DIMENSION") {
      auto cities = number<size_t>(value);
      if (!cities || *cities < min_cities || *cities > max_cities)
        return "DIMENSION is " + quoted(value) + ", must be "
               + std::to_string(min_cities) + " to "
               + std::to_string(max_cities);
      found_.assign(*cities, false);
      result_.cities.assign(*cities, {});
    } else if (key == "NODE_COORD_SECTION") {
      if (found_.empty())
        return "NODE_COORD_SECTION comes before DIMENSION";
      if (!weighted_)
        return "NODE_COORD_SECTION comes before EDGE_WEIGHT_TYPE";
      in_section_ = true;
    } else if (key != "COMMENT" && key != "DISPLAY_DATA_TYPE") {
      return "unknown keyword " + quoted(key)
             + ", must be NAME, TYPE, COMMENT, DIMENSION, EDGE_WEIGHT_TYPE or "
               "NODE_COORD_SECTION";
    }
    return {};
  }

  std::string read_city(std::string_view line) {
    if (line == "EOF") {
      ended_ = true;
      return {};
    }
    auto word = take_word(line);
    auto id = number<size_t>(word);
    if (!id || *id < 1 || *id > found_.size())
      return "city number " + quoted(word) + ", must be 1 to "
             + std::to_string(found_.size());
    if (found_[*id - 1])
      return "city " + std::to_string(*id) + " is there twice";
    city place;
    for (auto* to : {&place.x, &place.y}) {
      word = take_word(line);
      auto value = number<double>(word);
      if (!value || !(std::abs(*value) <= max_coordinate))
        return "coordinate " + quoted(word) + ", must be -1e8 to 1e8";
      *to = *value;
    }
    if (auto more = trimmed(line); !more.empty())
      return quoted(more) + " after the coordinates";
    found_[*id - 1] = true;
    result_.cities[*id - 1] = place;
    return {};
  }

  std::string_view rest_;
  size_t number_ = 0;
  bool weighted_ = false;
  bool in_section_ = false;
  bool ended_ = false;
  std::vector<bool> found_;
  tsp result_;
};

} // namespace

caf::expected<tsp> parse_tsplib(std::string_view text) {
  return reader{text}.read();
}

} // namespace troupe
