// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "caf/expected.hpp"
#include "caf/fwd.hpp"
#include "caf/rtti_pair.hpp"
#include "caf/type_erased_tuple.hpp"

#include "link/element_codec.hpp"

namespace troupe {

/// The most elements a message may have.
constexpr size_t max_elements = 64;

/// The most schemas that one side of a link may define.
constexpr uint32_t max_schemas = 1u << 16;

/// The types of a message's elements.
struct schema {
  /// Names them on the wire, in place of their names.
  uint32_t number = 0;

  /// CAF's names of the types, joined by '+'; empty for an empty message.
  std::string names;

  std::vector<element_codec_ptr> codecs;
};

/// Knows how messages travel, and numbers the schemas of those that have left
/// this node. Thread-safe.
class schema_book {
public:
  explicit schema_book(caf::actor_system& sys);

  /// Returns the schema of an outgoing message; it lives as long as the book.
  /// @returns `errc::type_not_allowed` for a message with a type that is not
  ///          registered, one that nests without limit (`message`,
  ///          `config_value`) or drives CAF itself, for one of more than
  ///          `max_elements`, and when there are `max_schemas` already.
  caf::expected<const schema*> of(const caf::type_erased_tuple& xs);

  /// Returns the types of a schema that `of` has returned, for people.
  std::string names_of(uint32_t number);

  /// Reads the schema of an incoming message.
  /// @returns `errc::type_not_allowed` as `of` does.
  caf::expected<schema> parse(uint32_t number, std::string_view names) const;

private:
  using key = std::vector<caf::rtti_pair>;

  struct key_hash {
    size_t operator()(const key& x) const noexcept;
  };

  caf::expected<schema> make(const caf::type_erased_tuple& xs) const;
  element_codec_ptr codec_for(std::string_view name) const;

  caf::actor_system& system_;
  std::map<std::string, element_codec_ptr, std::less<>> codecs_;
  std::shared_mutex mtx_;
  std::unordered_map<key, std::unique_ptr<const schema>, key_hash> schemas_;

  /// By their numbers.
  std::vector<const schema*> numbered_;
};

} // namespace troupe
