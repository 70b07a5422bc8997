// SPDX-License-Identifier: Apache-2.0

#include "link/schema.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <utility>

#include <cxxabi.h>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/uniform_type_info_map.hpp"

#include "troupe/base/errc.hpp"

#include "link/buffer_codec.hpp"

namespace troupe {

namespace {

/// CAF's names of types that must not be decoded from a stranger's bytes: they
/// nest without limit or drive CAF's own machinery.
constexpr auto refused = std::array<std::string_view, 9>{
    "@config_value", "@down",    "@downstream_msg",  "@exit",         "@group",
    "@message",      "@timeout", "@open_stream_msg", "@upstream_msg",
};

caf::error not_allowed(std::string_view name) {
  return make_error(errc::type_not_allowed,
                    fmt::format("values of type {} may not travel between "
                                "nodes; only registered types may",
                                name));
}

caf::error too_long(size_t size) {
  return make_error(errc::type_not_allowed,
                    fmt::format("a message of {} elements may not travel, the "
                                "limit is {}",
                                size, max_elements));
}

/// Returns the C++ name of an element's type.
std::string type_name_of(const caf::type_erased_tuple& xs, size_t index) {
  auto info = xs.type(index).second;
  if (info == nullptr)
    return "unknown";
  auto status = 0;
  std::unique_ptr<char, decltype(&std::free)> name{
      abi::__cxa_demangle(info->name(), nullptr, nullptr, &status), std::free};
  return status == 0 ? name.get() : info->name();
}

} // namespace

size_t schema_book::key_hash::operator()(const key& xs) const noexcept {
  size_t result = xs.size();
  for (auto& [number, info] : xs) {
    auto x = std::hash<const void*>{}(info) + number;
    result = (result ^ x) * 0x9e3779b97f4a7c15;
  }
  return result;
}

schema_book::schema_book(caf::actor_system& sys) : system_(sys) {
  auto& types = sys.types();
  for (auto codecs : {&native_codecs(), &buffer_codecs()})
    for (auto& [type, codec] : *codecs)
      if (auto& name = types.portable_name(type);
          name != types.default_type_name())
        codecs_.emplace(name, codec);
  codecs_.emplace("@error", make_error_codec());
}

caf::expected<const schema*> schema_book::of(const caf::type_erased_tuple& xs) {
  if (xs.size() > max_elements)
    return too_long(xs.size());
  // Keeps its memory from one message to the next.
  static thread_local key types;
  types.clear();
  for (size_t i = 0; i < xs.size(); ++i)
    types.push_back(xs.type(i));
  {
    std::shared_lock guard{mtx_};
    auto i = schemas_.find(types);
    if (i != schemas_.end())
      return i->second.get();
  }
  auto made = make(xs);
  if (!made)
    return std::move(made.error());
  std::unique_lock guard{mtx_};
  auto& entry = schemas_[types];
  if (!entry) {
    if (schemas_.size() > max_schemas) {
      schemas_.erase(types);
      return make_error(errc::type_not_allowed,
                        "too many different messages have left this node");
    }
    made->number = static_cast<uint32_t>(numbered_.size());
    entry = std::make_unique<const schema>(std::move(*made));
    numbered_.push_back(entry.get());
  }
  return entry.get();
}

std::string schema_book::names_of(uint32_t number) {
  std::shared_lock guard{mtx_};
  return number < numbered_.size() ? numbered_[number]->names : std::string{};
}

caf::expected<schema> schema_book::parse(uint32_t number,
                                         std::string_view names) const {
  schema result{number, std::string{names}, {}};
  for (auto rest = names; !rest.empty();) {
    auto end = std::min(rest.find('+'), rest.size());
    auto name = rest.substr(0, end);
    auto last = end == rest.size();
    rest.remove_prefix(last ? end : end + 1);
    if (result.codecs.size() == max_elements)
      return too_long(max_elements + 1);
    auto codec = codec_for(name);
    if (!codec || (rest.empty() && !last))
      return not_allowed(name);
    result.codecs.push_back(std::move(codec));
  }
  return result;
}

caf::expected<schema>
schema_book::make(const caf::type_erased_tuple& xs) const {
  schema result;
  for (size_t i = 0; i < xs.size(); ++i) {
    auto& name = system_.types().portable_name(xs.type(i));
    if (name == system_.types().default_type_name())
      return not_allowed(type_name_of(xs, i));
    auto codec = codec_for(name);
    if (!codec)
      return not_allowed(name);
    if (i != 0)
      result.names += '+';
    result.names += name;
    result.codecs.push_back(std::move(codec));
  }
  return result;
}

element_codec_ptr schema_book::codec_for(std::string_view name) const {
  if (auto i = codecs_.find(name); i != codecs_.end())
    return i->second;
  if (std::find(refused.begin(), refused.end(), name) != refused.end())
    return nullptr;
  auto prototype = system_.types().make_value(std::string{name});
  return prototype ? make_generic_codec(std::move(prototype)) : nullptr;
}

} // namespace troupe
