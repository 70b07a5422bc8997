// SPDX-License-Identifier: Apache-2.0

#include "web/route.hpp"

#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "web/event_stream.hpp"
#include "web/problem.hpp"
#include "web/server_options.hpp"

#include "troupe/base/errc.hpp"

namespace web {

namespace {

const std::vector<route> routes{
    {"GET", "/", {}},
    {"POST", "/jobs", {}},
    {"GET", "/jobs/{id}", {}},
    {"DELETE", "/jobs/{id}", {}},
    {"GET", "/jobs/{id}/events", {}},
};

/// Returns the route's path and parts, or status and what is allowed.
std::string find(std::string_view method, std::string_view path) {
  auto found = find_route(routes, method, path);
  if (auto* x = std::get_if<problem>(&found))
    return std::to_string(x->status)
           + (x->allowed ? " " + *x->allowed : std::string{});
  auto& match = std::get<route_match>(found);
  auto result = match.to->path;
  for (auto& [name, value] : match.parts)
    result += " " + name + "=" + value;
  return result;
}

} // namespace

TEST(FindRoute, GoesByMethodAndPath) {
  struct {
    std::string_view method;
    std::string_view path;
    std::string_view result;
  } table[] = {
      {"GET", "/", "/"},
      {"POST", "/jobs", "/jobs"},
      {"GET", "/jobs/7", "/jobs/{id} id=7"},
      {"HEAD", "/jobs/7", "/jobs/{id} id=7"},
      {"GET", "/jobs/{id}", "/jobs/{id} id={id}"},
      {"GET", "/jobs/7/events", "/jobs/{id}/events id=7"},
      {"GET", "/jobs/", "404"},
      {"GET", "/jobs//events", "404"},
      {"GET", "/jobs/7/", "404"},
      {"GET", "/job", "404"},
      {"GET", "", "404"},
      {"GET", "/jobs", "405 POST"},
      {"PUT", "/jobs/7", "405 DELETE, GET, HEAD"},
  };
  for (auto& [method, path, result] : table)
    EXPECT_EQ(find(method, path), result) << method << ' ' << path;
}

TEST(Problem, NamesFieldValueAndWhatIsAllowed) {
  EXPECT_EQ(dump(to_json(wrong_field("steps", 0, "1 to 9"))),
            R"({"allowed":"1 to 9","detail":"steps is 0, must be 1 to 9",)"
            R"("field":"steps","status":400,"title":"Bad Request","value":0})");
  EXPECT_EQ(wrong_field("n", nullptr, "a number").detail,
            "n is missing, must be a number");
}

TEST(Problem, CutsLongValuesBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "\xe2\x82\xac";
  auto value = wrong_field("n", text, "a number").value.get<std::string>();
  EXPECT_EQ(value.size(), 78 + 3);
  EXPECT_EQ(value.substr(75), "\xe2\x82\xac...");
}

TEST(Problem, SurvivesBytesThatAreNoUtf8) {
  auto x = wrong_field("n", std::string(200, '\xff'), "a number");
  EXPECT_EQ(nlohmann::json::parse(dump(to_json(x)))["field"], "n");
}

TEST(ServerSentEvent, KeepsEachLineInTheEvent) {
  EXPECT_EQ(server_sent_event("x", "a\nevent: y\r\n\nb"),
            "event: x\ndata: a\ndata: event: y\ndata: \ndata: \ndata: b\n\n");
}

TEST(ServerOptions, FailClosed) {
  server_tls tls{"cert.pem", "key.pem"};
  std::string token = "0123456789abcdef";
  EXPECT_EQ(validate({.listen = "127.0.0.1:0"}), caf::none);
  EXPECT_EQ(validate({.listen = "0.0.0.0:0"}), troupe::errc::security_required);
  EXPECT_EQ(validate({.listen = "0.0.0.0:0", .tls = tls}),
            troupe::errc::security_required);
  EXPECT_EQ(validate({.listen = "0.0.0.0:0", .token = token}),
            troupe::errc::security_required);
  EXPECT_EQ(validate({.listen = "0.0.0.0:0", .tls = tls, .token = token}),
            caf::none);
  EXPECT_EQ(validate({.token = "short"}), troupe::errc::invalid_option);
  EXPECT_EQ(validate({.token = "with a space in it"}),
            troupe::errc::invalid_option);
  EXPECT_EQ(validate({.listen = "nonsense"}), troupe::errc::invalid_address);
}

} // namespace web
