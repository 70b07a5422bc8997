// SPDX-License-Identifier: Apache-2.0

#include "openapi.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "caf/actor_system.hpp"

#include "troupe/config.hpp"

#include "service.hpp"

namespace server_app {

namespace {

using nlohmann::json;

json document() {
  return json::parse(openapi_document());
}

/// Returns all references in a part of the document.
void collect(const json& x, std::set<std::string>& to) {
  if (x.is_object() && x.contains("$ref"))
    to.insert(x["$ref"]);
  if (x.is_structured())
    for (auto& y : x)
      collect(y, to);
}

} // namespace

TEST(OpenApi, DescribesTheRoutesThatThereAre) {
  troupe::config cfg;
  caf::actor_system sys{cfg};
  service x{sys, nullptr, nullptr, nullptr};
  std::set<std::string> there, described, open;
  for (auto& route : x.routes()) {
    there.insert(route.method + " " + route.path);
    if (route.who == web::access::open)
      open.insert(route.path);
  }
  auto doc = document();
  for (auto& [path, methods] : doc["paths"].items())
    for (auto& [method, operation] : methods.items()) {
      auto name = method;
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return static_cast<char>(std::toupper(c)); });
      described.insert(name + " " + path);
      EXPECT_EQ(operation.contains("security"), open.contains(path)) << path;
    }
  EXPECT_EQ(there, described);
}

TEST(OpenApi, NamesEachPartOfAPath) {
  auto doc = document();
  for (auto& [path, methods] : doc["paths"].items())
    for (auto& [method, operation] : methods.items()) {
      auto braces = std::count(path.begin(), path.end(), '{');
      auto named = operation.value("parameters", json::array()).size();
      EXPECT_EQ(static_cast<size_t>(braces), named) << path;
    }
}

TEST(OpenApi, RefersToSchemasThatThereAre) {
  auto doc = document();
  std::set<std::string> references;
  collect(doc, references);
  EXPECT_FALSE(references.empty());
  for (auto& x : references)
    EXPECT_TRUE(doc.contains(json::json_pointer{x.substr(1)})) << x;
}

} // namespace server_app
