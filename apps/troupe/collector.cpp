// SPDX-License-Identifier: Apache-2.0

#include "collector.hpp"

#include <chrono>
#include <exception>
#include <optional>

#include <fmt/format.h>
#include <httplib.h>

#include "troupe/observe/plain_text.hpp"

namespace cli {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 5s;

} // namespace

std::string post_spans(const std::string& url, const std::string& body) {
  auto host = url.find("://");
  auto slash = url.find('/', host == std::string::npos ? 0 : host + 3);
  auto path = slash == std::string::npos || slash + 1 == url.size()
                  ? "/v1/traces"
                  : url.substr(slash);
  auto wrong = troupe::plain_text(url) + " is no URL such as http://HOST:PORT";
  std::optional<httplib::Client> made;
  try {
    made.emplace(url.substr(0, slash));
  } catch (const std::exception&) {
    return wrong;
  }
  auto& client = *made;
  if (!client.is_valid())
    return wrong;
  client.set_connection_timeout(patience);
  client.set_read_timeout(patience);
  client.set_write_timeout(patience);
  auto answer = client.Post(path, body, "application/json");
  if (!answer)
    return fmt::format("the collector at {} cannot be reached: {}",
                       troupe::plain_text(url), to_string(answer.error()));
  if (answer->status < 200 || answer->status > 299)
    return fmt::format("the collector at {} refuses with status {}: {}",
                       troupe::plain_text(url), answer->status,
                       troupe::plain_text(answer->body, 200));
  return {};
}

} // namespace cli
