// SPDX-License-Identifier: Apache-2.0

#include "web/problem.hpp"

#include <chrono>
#include <utility>

namespace web {

namespace {

/// Longer values are not sent back.
constexpr size_t max_value_bytes = 80;

nlohmann::json shortened(const nlohmann::json& x) {
  auto text = dump(x);
  if (text.size() <= max_value_bytes)
    return x;
  if (x.is_string())
    text = x.get_ref<const std::string&>();
  // Not in the middle of a character.
  auto end = max_value_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return text.substr(0, end) + "...";
}

} // namespace

problem wrong_field(std::string field, const nlohmann::json& value,
                    std::string allowed) {
  auto shown = shortened(value);
  auto state = value.is_null() ? "is missing" : "is " + dump(shown);
  return {.status = 400,
          .detail = field + " " + state + ", must be " + allowed,
          .field = std::move(field),
          .value = std::move(shown),
          .allowed = std::move(allowed)};
}

std::string status_text(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 413:
      return "Payload Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Error";
  }
}

nlohmann::json to_json(const problem& x) {
  nlohmann::json result{{"title", status_text(x.status)},
                        {"status", x.status},
                        {"detail", x.detail}};
  if (x.field) {
    result["field"] = *x.field;
    result["value"] = x.value;
  }
  if (x.allowed)
    result["allowed"] = *x.allowed;
  if (x.retry_after) {
    auto seconds = std::chrono::ceil<std::chrono::seconds>(*x.retry_after);
    result["retry_after_s"] = seconds.count();
  }
  return result;
}

std::string dump(const nlohmann::json& x) {
  return x.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace web
