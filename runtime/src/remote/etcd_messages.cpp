// SPDX-License-Identifier: Apache-2.0

#include "remote/etcd_messages.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "link/identity.hpp"

namespace troupe::etcd {

namespace {

using nlohmann::json;

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<uint64_t> to_number(const json& x) {
  if (!x.is_string())
    return std::nullopt;
  auto& text = x.get_ref<const std::string&>();
  uint64_t result = 0;
  auto [end, err] =
      std::from_chars(text.data(), text.data() + text.size(), result);
  if (err != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return result;
}

/// Returns the member of an object, null if there is none.
const json& at(const json& x, const char* name) {
  static const json null;
  if (!x.is_object())
    return null;
  auto i = x.find(name);
  return i != x.end() ? *i : null;
}

std::optional<std::string> bytes_at(const json& x, const char* name) {
  auto& y = at(x, name);
  // An empty one is left out.
  if (y.is_null())
    return std::string{};
  return y.is_string() ? from_base64(y.get_ref<const std::string&>())
                       : std::nullopt;
}

json compare_creation(const std::string& key, uint64_t revision) {
  return {{"target", "CREATE"},
          {"key", to_base64(key)},
          {"result", "EQUAL"},
          {"create_revision", std::to_string(revision)}};
}

} // namespace

std::string to_base64(std::string_view x) {
  std::string result;
  for (size_t i = 0; i < x.size(); i += 3) {
    auto byte = [&](size_t n) {
      return i + n < x.size() ? static_cast<uint8_t>(x[i + n]) : 0u;
    };
    auto group = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (size_t n = 0; n < 4; ++n)
      result += i + n <= x.size() ? digits[group >> (18 - 6 * n) & 63] : '=';
  }
  return result;
}

std::optional<std::string> from_base64(std::string_view x) {
  if (x.size() % 4 != 0)
    return std::nullopt;
  auto padding = x.ends_with("==") ? 2u : x.ends_with("=") ? 1u : 0u;
  std::string result;
  for (size_t i = 0; i < x.size(); i += 4) {
    uint32_t group = 0;
    for (size_t n = 0; n < 4; ++n) {
      auto is_padding = i + n >= x.size() - padding;
      auto digit = is_padding ? 0 : digits.find(x[i + n]);
      if (digit == digits.npos)
        return std::nullopt;
      group = group << 6 | static_cast<uint32_t>(digit);
    }
    for (auto shift : {16, 8, 0})
      result += static_cast<char>(group >> shift & 255);
  }
  result.resize(result.size() - padding);
  return result;
}

std::string range_end(std::string prefix) {
  while (!prefix.empty()) {
    auto& last = prefix.back();
    if (static_cast<uint8_t>(last) != 255) {
      last = static_cast<char>(static_cast<uint8_t>(last) + 1);
      return prefix;
    }
    prefix.pop_back();
  }
  // etcd's word for all keys from the first on.
  return std::string(1, '\0');
}

// -- requests -----------------------------------------------------------------

json grant_request(std::chrono::seconds ttl) {
  return {{"TTL", std::to_string(ttl.count())}};
}

json lease_request(const std::string& lease) {
  return {{"ID", lease}};
}

json put_request(const std::string& key, const std::string& value,
                 const std::string& lease) {
  return {
      {"key", to_base64(key)}, {"value", to_base64(value)}, {"lease", lease}};
}

json get_request(const std::string& key) {
  return {{"key", to_base64(key)}};
}

json list_request(const std::string& prefix) {
  return {{"key", to_base64(prefix)},
          {"range_end", to_base64(range_end(prefix))}};
}

json create_request(const std::string& key, const std::string& value,
                    const std::string& lease) {
  json put{{"request_put", put_request(key, value, lease)}};
  return {{"compare", json::array({compare_creation(key, 0)})},
          {"success", json::array({std::move(put)})}};
}

json delete_request(const std::string& key, uint64_t created) {
  json remove{{"request_delete_range", {{"key", to_base64(key)}}}};
  return {{"compare", json::array({compare_creation(key, created)})},
          {"success", json::array({std::move(remove)})}};
}

json watch_request(const std::string& prefix, uint64_t revision) {
  auto range = list_request(prefix);
  range["start_revision"] = std::to_string(revision);
  return {{"create_request", std::move(range)}};
}

// -- answers ------------------------------------------------------------------

std::optional<std::string> read_lease(const json& x) {
  auto& id = at(x, "ID");
  return id.is_string() ? std::optional{id.get<std::string>()} : std::nullopt;
}

bool read_renewal(const json& x) {
  // Without a time to live it has expired.
  return to_number(at(at(x, "result"), "TTL")).value_or(0) > 0;
}

std::optional<listing> read_listing(const json& x) {
  auto revision = to_number(at(at(x, "header"), "revision"));
  if (!revision)
    return std::nullopt;
  listing result{*revision, {}};
  for (auto& kv : at(x, "kvs")) {
    auto key = bytes_at(kv, "key");
    auto value = bytes_at(kv, "value");
    auto created = to_number(at(kv, "create_revision"));
    if (!key || !value || !created)
      return std::nullopt;
    result.entries.push_back({std::move(*key), std::move(*value), *created});
  }
  return result;
}

std::optional<uint64_t> read_creation(const json& x) {
  if (at(x, "succeeded") != true)
    return std::nullopt;
  return to_number(at(at(x, "header"), "revision"));
}

bool tells_of_changes(const json& x) {
  return !at(at(x, "result"), "events").empty();
}

// -- contacts -----------------------------------------------------------------

std::string write_contact(const node_contact& x) {
  return json{{"name", x.name},
              {"id", to_base64(node_bytes(x.id))},
              {"address", x.address}}
      .dump();
}

std::optional<node_contact> read_contact(std::string_view text) {
  auto x = json::parse(text, nullptr, false);
  auto name = at(x, "name");
  auto id = bytes_at(x, "id");
  auto address = at(x, "address");
  if (!name.is_string() || !id || !address.is_string())
    return std::nullopt;
  return node_contact{name, parse_node_bytes(*id), address};
}

} // namespace troupe::etcd
