// SPDX-License-Identifier: Apache-2.0

#include "web/fields.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace web {

namespace {

using nlohmann::json;

const json nothing;
const json::array_t no_elements;

constexpr int max_depth = 16;

} // namespace

std::variant<json, problem> parse_body(std::string_view body) {
  auto shallow = [](int depth, json::parse_event_t, json&) {
    return depth <= max_depth;
  };
  try {
    return json::parse(body, shallow);
  } catch (const json::parse_error& x) {
    return problem{.status = 400,
                   .detail = fmt::format("the body is no JSON: wrong at byte "
                                         "{}",
                                         x.byte),
                   .field = "body",
                   .allowed = "a JSON object"};
  } catch (const json::out_of_range&) {
    return problem{.status = 400,
                   .detail = "the body has a number that is too large",
                   .field = "body",
                   .allowed = "numbers of double precision"};
  }
}

std::optional<int64_t> to_whole(const json& x) {
  if (x.is_number_unsigned()) {
    auto value = x.get<uint64_t>();
    return value <= INT64_MAX ? std::optional{static_cast<int64_t>(value)}
                              : std::nullopt;
  }
  if (x.is_number_integer())
    return x.get<int64_t>();
  if (!x.is_number_float())
    return std::nullopt;
  auto value = x.get<double>();
  if (std::nearbyint(value) != value || std::abs(value) > 0x1p53)
    return std::nullopt;
  return static_cast<int64_t>(value);
}

fields::fields(const json& object, std::string path)
    : object_(object), path_(std::move(path)) {
  if (!object_.is_object())
    problem_ =
        wrong_field(path_.empty() ? "body" : path_, object_, "a JSON object");
}

int64_t fields::whole(const char* name, std::optional<int64_t> usual,
                      int64_t first, int64_t last) {
  auto& x = find(name);
  auto fallback = usual.value_or(first);
  if (problem_ || (x.is_null() && usual))
    return fallback;
  auto value = to_whole(x);
  if (value && *value >= first && *value <= last)
    return *value;
  refuse(name, fmt::format("a whole number from {} to {}", first, last));
  return fallback;
}

double fields::positive(const char* name, double usual, double last) {
  auto& x = find(name);
  if (problem_ || x.is_null())
    return usual;
  if (x.is_number()) {
    auto value = x.get<double>();
    if (value > 0 && value <= last)
      return value;
  }
  refuse(name, fmt::format("a number above 0 and up to {}", last));
  return usual;
}

caf::timespan fields::seconds(const char* name, caf::timespan usual,
                              caf::timespan last) {
  using seconds = std::chrono::duration<double>;
  auto value = positive(name, seconds{usual}.count(), seconds{last}.count());
  return std::chrono::ceil<caf::timespan>(seconds{value});
}

std::string fields::line(const char* name, std::optional<std::string> usual) {
  constexpr size_t max_bytes = 4'096;
  auto& x = find(name);
  if (problem_ || (x.is_null() && usual))
    return usual.value_or("");
  if (x.is_string() && x.get_ref<const std::string&>().size() <= max_bytes)
    return x.get<std::string>();
  refuse(name, "a text of at most 4096 bytes");
  return {};
}

std::string fields::text(const char* name,
                         const std::vector<std::string>& allowed) {
  auto& x = find(name);
  if (problem_)
    return {};
  if (x.is_string()) {
    auto value = x.get<std::string>();
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end())
      return value;
  }
  refuse(name, fmt::format("one of {}", fmt::join(allowed, ", ")));
  return {};
}

const json::array_t& fields::array(const char* name, size_t first,
                                   size_t last) {
  auto& x = find(name);
  if (problem_)
    return no_elements;
  if (x.is_array() && x.size() >= first && x.size() <= last)
    return x.get_ref<const json::array_t&>();
  auto allowed = fmt::format("an array of {} to {} elements", first, last);
  if (x.is_array())
    problem_ =
        wrong_field(name_of(name), fmt::format("an array of {}", x.size()),
                    std::move(allowed));
  else
    refuse(name, std::move(allowed));
  return no_elements;
}

const json& fields::any(const char* name) {
  return find(name);
}

void fields::refuse(const char* name, std::string allowed) {
  if (!problem_)
    problem_ = wrong_field(name_of(name), find(name), std::move(allowed));
}

std::optional<problem> fields::finish() const {
  if (problem_)
    return problem_;
  for (auto& [name, value] : object_.items())
    if (std::find(known_.begin(), known_.end(), name) == known_.end())
      return problem{.status = 400,
                     .detail =
                         fmt::format("there is no field {}, the fields are {}",
                                     dump(name), fmt::join(known_, ", ")),
                     .field = name_of(name.c_str()),
                     .value = value.is_primitive() ? value : json{},
                     .allowed = fmt::format("{}", fmt::join(known_, ", "))};
  return std::nullopt;
}

std::string fields::name_of(const char* field) const {
  return path_.empty() ? field : path_ + "." + field;
}

const json& fields::find(const char* name) {
  if (std::find(known_.begin(), known_.end(), name) == known_.end())
    known_.emplace_back(name);
  if (!object_.is_object())
    return nothing;
  auto i = object_.find(name);
  return i != object_.end() ? *i : nothing;
}

} // namespace web
