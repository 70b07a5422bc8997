// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "caf/timespan.hpp"

namespace web {

/// Why a request was not answered as asked, as in RFC 7807.
struct problem {
  /// HTTP status, from 400 on.
  int status = 500;

  /// One line for people.
  std::string detail = {};

  /// Field of the input that is wrong, as in `steps` or `inputs[3]`.
  std::optional<std::string> field = {};

  /// What was in it, cut off where it is long; null if it was missing.
  nlohmann::json value = {};

  /// What may be in it.
  std::optional<std::string> allowed = {};

  /// When it is worth to try again.
  std::optional<caf::timespan> retry_after = {};
};

/// Returns the problem of a field that is missing or wrong, with status 400.
problem wrong_field(std::string field, const nlohmann::json& value,
                    std::string allowed);

/// Returns the name of a status, such as `Not Found`.
std::string status_text(int status);

/// @relates problem
nlohmann::json to_json(const problem& x);

/// Returns JSON on one line; bytes that are no UTF-8 are replaced.
std::string dump(const nlohmann::json& x);

} // namespace web
