// SPDX-License-Identifier: Apache-2.0

#include "web/message.hpp"

#include <chrono>

namespace web {

response json_response(const nlohmann::json& x) {
  return {.body = dump(x)};
}

response problem_response(const problem& x) {
  response result{.status = x.status,
                  .type = "application/problem+json",
                  .body = dump(to_json(x))};
  if (x.status == 401)
    result.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (x.retry_after) {
    auto seconds = std::chrono::ceil<std::chrono::seconds>(*x.retry_after);
    result.headers.emplace_back("Retry-After", std::to_string(seconds.count()));
  }
  return result;
}

} // namespace web
