// SPDX-License-Identifier: Apache-2.0

#include "link/codec.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include <cxxabi.h>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/binary_deserializer.hpp"
#include "caf/binary_serializer.hpp"
#include "caf/proxy_registry.hpp"
#include "caf/scoped_execution_unit.hpp"
#include "caf/type_erased_value.hpp"
#include "caf/uniform_type_info_map.hpp"

#include "troupe/base/errc.hpp"

#include "port/dynamic_message.hpp"

namespace troupe {

namespace {

constexpr std::string_view error_name = "@error";

/// CAF's names of types that must not be decoded from a stranger's bytes: they
/// nest without limit or drive CAF's own machinery.
constexpr auto refused = std::array<std::string_view, 9>{
    "@config_value", "@down",    "@downstream_msg",  "@exit",         "@group",
    "@message",      "@timeout", "@open_stream_msg", "@upstream_msg",
};

/// The most elements a message may have.
constexpr size_t max_elements = 64;

bool may_travel(std::string_view name) {
  return std::find(refused.begin(), refused.end(), name) == refused.end();
}

caf::error not_allowed(std::string_view name) {
  return make_error(errc::type_not_allowed,
                    fmt::format("values of type {} may not travel between "
                                "nodes; only registered types may",
                                name));
}

/// Returns the C++ name of an element's type.
std::string type_name_of(const caf::type_erased_tuple& msg, size_t index) {
  auto info = msg.type(index).second;
  if (info == nullptr)
    return "unknown";
  auto status = 0;
  std::unique_ptr<char, decltype(&std::free)> name{
      abi::__cxa_demangle(info->name(), nullptr, nullptr, &status), std::free};
  return status == 0 ? name.get() : info->name();
}

/// The parts of an error that travel.
struct error_parts {
  uint8_t code = 0;
  caf::atom_value category = caf::atom("");
  std::string text;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, error_parts& x) {
  return f(x.code, x.category, x.text);
}

caf::error save_error(caf::serializer& sink, const caf::error& x) {
  error_parts parts;
  if (x) {
    parts.code = x.code();
    parts.category = x.category();
    if (!x.context().empty())
      parts.text = describe(x);
  }
  return sink(parts);
}

caf::error load_error(caf::deserializer& source, caf::error& x) {
  error_parts parts;
  if (auto err = source(parts))
    return err;
  if (parts.code == 0)
    x = caf::error{};
  else if (parts.text.empty())
    x = caf::error{parts.code, parts.category};
  else
    x = caf::error{parts.code, parts.category,
                   caf::make_message(std::move(parts.text))};
  return {};
}

caf::error bad_payload(std::string_view schema, std::string_view why) {
  return make_error(errc::bad_payload,
                    fmt::format("cannot decode {}: {}", schema, why));
}

caf::expected<caf::message> decode_elements(caf::actor_system& sys,
                                            caf::binary_deserializer& source,
                                            std::string_view schema) {
  std::vector<caf::type_erased_value_ptr> elements;
  auto rest = schema;
  while (!rest.empty()) {
    auto end = std::min(rest.find('+'), rest.size());
    std::string name{rest.substr(0, end)};
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (elements.size() == max_elements || !may_travel(name))
      return not_allowed(name);
    if (name == error_name) {
      caf::error x;
      if (auto err = load_error(source, x))
        return bad_payload(schema, describe(err));
      elements.push_back(caf::make_type_erased_value<caf::error>(std::move(x)));
      continue;
    }
    auto value = sys.types().make_value(name);
    if (!value)
      return not_allowed(name);
    if (auto err = value->load(source))
      return bad_payload(schema, describe(err));
    elements.push_back(std::move(value));
  }
  if (source.remaining() != 0)
    return bad_payload(schema, "bytes are left over");
  return make_dynamic_message(std::move(elements));
}

} // namespace

caf::expected<encoded_message> encode(caf::actor_system& sys,
                                      const caf::type_erased_tuple& msg) {
  encoded_message result;
  if (msg.size() > max_elements)
    return make_error(errc::type_not_allowed,
                      fmt::format("a message of {} elements may not travel, "
                                  "the limit is {}",
                                  msg.size(), max_elements));
  caf::scoped_execution_unit context{&sys};
  std::vector<char> buffer;
  caf::binary_serializer sink{&context, buffer};
  for (size_t i = 0; i < msg.size(); ++i) {
    auto& name = sys.types().portable_name(msg.type(i));
    if (name == sys.types().default_type_name())
      return not_allowed(type_name_of(msg, i));
    if (!may_travel(name))
      return not_allowed(name);
    if (i != 0)
      result.schema += '+';
    result.schema += name;
    auto err = name == error_name ? save_error(sink, msg.get_as<caf::error>(i))
                                  : msg.save(i, sink);
    if (err)
      return err;
  }
  result.payload.assign(buffer.begin(), buffer.end());
  return result;
}

caf::expected<caf::message> decode(caf::actor_system& sys,
                                   caf::proxy_registry& proxies,
                                   const std::string& schema,
                                   const std::string& payload) {
  caf::scoped_execution_unit context{&sys};
  context.proxy_registry_ptr(&proxies);
  caf::binary_deserializer source{&context, payload.data(), payload.size()};
  try {
    return decode_elements(sys, source, schema);
  } catch (std::exception& e) {
    // A declared size beyond all memory, or an inspector of the application.
    return bad_payload(schema, e.what());
  }
}

std::string encode_error(const caf::error& x) {
  std::vector<char> buffer;
  caf::binary_serializer sink{nullptr, buffer};
  if (save_error(sink, x))
    return {};
  return {buffer.begin(), buffer.end()};
}

caf::error decode_error(const std::string& payload) {
  caf::binary_deserializer source{nullptr, payload.data(), payload.size()};
  caf::error result;
  if (auto err = load_error(source, result))
    return make_error(errc::bad_payload, "a reason does not decode");
  return result;
}

} // namespace troupe
