// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "caf/timespan.hpp"

#include "web/problem.hpp"

namespace web {

/// Reads a body as JSON. What is nested deeper than 16 levels is dropped, which
/// the fields then complain about.
std::variant<nlohmann::json, problem> parse_body(std::string_view body);

/// Returns a whole number, also one that is written as 1e6.
std::optional<int64_t> to_whole(const nlohmann::json& x);

/// Reads the fields of a JSON object, and remembers the first problem. After
/// one, all fields have their defaults.
class fields {
public:
  /// `path` is what stands before the names in problems, as in `inputs[3]`;
  /// empty for the whole body.
  fields(const nlohmann::json& object, std::string path);

  /// Reads a whole number; it must be there without a `usual` one.
  int64_t whole(const char* name, std::optional<int64_t> usual, int64_t first,
                int64_t last);

  /// Reads a number above 0, up to `last`.
  double positive(const char* name, double usual, double last);

  /// Reads a number of seconds.
  caf::timespan seconds(const char* name, caf::timespan usual,
                        caf::timespan last);

  /// Reads a text of at most 4 KiB; it must be there without a `usual` one.
  std::string line(const char* name, std::optional<std::string> usual);

  /// Reads one of the texts that are allowed.
  std::string text(const char* name, const std::vector<std::string>& allowed);

  /// Reads an array of `first` to `last` elements; empty after a problem.
  const nlohmann::json::array_t& array(const char* name, size_t first,
                                       size_t last);

  /// Returns what is there, null if nothing is.
  const nlohmann::json& any(const char* name);

  /// Notes a problem of a field that was read.
  void refuse(const char* name, std::string allowed);

  /// Returns the first problem, also a field that nobody has asked for.
  std::optional<problem> finish() const;

private:
  std::string name_of(const char* field) const;

  const nlohmann::json& find(const char* name);

  const nlohmann::json& object_;
  std::string path_;
  std::vector<std::string> known_;
  std::optional<problem> problem_;
};

} // namespace web
