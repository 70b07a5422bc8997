// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "web/problem.hpp"

namespace web {

/// A request that has passed all checks of the server.
struct request {
  std::string method = {};

  /// Decoded, without the query.
  std::string path = {};

  /// What stood in the places of the route, as in `/jobs/{id}`.
  std::map<std::string, std::string> parts = {};

  std::map<std::string, std::string> query = {};

  /// Names in lower case; of several with one name the first.
  std::map<std::string, std::string> headers = {};

  std::string body = {};

  /// Returns whether the client has hung up. To be asked by the handler's
  /// thread, before it returns.
  std::function<bool()> gone = {};

  /// Returns whether the server is about to close, so that long answers are to
  /// end.
  std::function<bool()> closing = {};
};

struct response {
  int status = 200;
  std::string type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};

  /// Instead of a body: is called for the next piece until it returns nothing
  /// or the client is gone. May block for seconds, not for minutes.
  std::function<std::optional<std::string>()> next = {};
};

/// Returns JSON as a response.
response json_response(const nlohmann::json& x);

/// Returns a problem as a response.
response problem_response(const problem& x);

} // namespace web
