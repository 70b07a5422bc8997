// SPDX-License-Identifier: Apache-2.0

#include "web/route.hpp"

#include <optional>
#include <set>

namespace web {

namespace {

/// Takes the text up to the next slash off the front.
std::string_view take_segment(std::string_view& path) {
  auto end = path.find('/');
  auto result = path.substr(0, end);
  path =
      end == std::string_view::npos ? std::string_view{} : path.substr(end + 1);
  return result;
}

std::optional<std::map<std::string, std::string>>
match(std::string_view pattern, std::string_view path) {
  auto count = [](std::string_view x) {
    size_t result = 0;
    for (auto c : x)
      result += c == '/';
    return result;
  };
  if (count(pattern) != count(path))
    return std::nullopt;
  std::map<std::string, std::string> result;
  while (!pattern.empty() || !path.empty()) {
    auto expected = take_segment(pattern);
    auto found = take_segment(path);
    if (expected.size() > 2 && expected.front() == '{') {
      if (found.empty())
        return std::nullopt;
      result.emplace(expected.substr(1, expected.size() - 2), found);
    } else if (expected != found) {
      return std::nullopt;
    }
  }
  return result;
}

} // namespace

std::variant<route_match, problem> find_route(const std::vector<route>& routes,
                                              std::string_view method,
                                              std::string_view path) {
  std::set<std::string> others;
  for (auto& x : routes) {
    auto parts = match(x.path, path);
    if (!parts)
      continue;
    if (x.method == method || (x.method == "GET" && method == "HEAD"))
      return route_match{&x, std::move(*parts)};
    others.insert(x.method);
    if (x.method == "GET")
      others.insert("HEAD");
  }
  if (others.empty())
    return problem{.status = 404, .detail = "there is nothing at this path"};
  std::string allowed;
  for (auto& x : others)
    allowed += (allowed.empty() ? "" : ", ") + x;
  return problem{.status = 405,
                 .detail = "the path takes " + allowed,
                 .allowed = std::move(allowed)};
}

} // namespace web
