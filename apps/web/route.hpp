// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "web/message.hpp"
#include "web/problem.hpp"

namespace web {

/// Whom a route answers when the server has a token.
enum class access : uint8_t {
  /// Those who show the token.
  token = 1,
  /// Everybody.
  open,
};

/// What a request must show besides, so that no page of another site can cause
/// it.
enum class intent : uint8_t {
  /// Nothing.
  any = 1,
  /// The header `X-Troupe-Action`, which browsers send to no other site.
  marked,
};

struct route {
  /// `GET` answers `HEAD` as well.
  std::string method;

  /// As in `/jobs/{id}/events`; what stands in braces takes any text without a
  /// slash.
  std::string path;

  std::function<response(const request&)> handle;

  access who = access::token;

  intent needs = intent::any;
};

/// A route that was found.
struct route_match {
  const route* to;
  std::map<std::string, std::string> parts;
};

/// Finds the route of a request.
/// @returns 404 if no route has such a path, 405 with the methods in `allowed`
///          if only other methods are there.
std::variant<route_match, problem> find_route(const std::vector<route>& routes,
                                              std::string_view method,
                                              std::string_view path);

} // namespace web
