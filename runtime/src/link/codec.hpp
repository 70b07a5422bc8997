// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"

namespace troupe {

/// A message in the form in which it travels.
struct encoded_message {
  /// Names of the element types, joined by '+'; empty for an empty message.
  std::string schema;

  /// The elements, one after another, in CAF's binary format.
  std::string payload;
};

/// Encodes the elements of `msg`.
///
/// Handles of local actors are put into the registry so that replies find
/// them. An error element keeps code and category; its context becomes text.
/// @returns `errc::type_not_allowed` for a type that is not registered, or one
///          whose decoding could recurse without limit: `message`,
///          `config_value` and CAF's own control messages.
caf::expected<encoded_message> encode(caf::actor_system& sys,
                                      const caf::type_erased_tuple& msg);

/// Decodes what `encode` has made, on the other side. Never throws.
/// @param proxies Makes handles of remote actors.
/// @returns `errc::type_not_allowed` or `errc::bad_payload`.
caf::expected<caf::message> decode(caf::actor_system& sys,
                                   caf::proxy_registry& proxies,
                                   const std::string& schema,
                                   const std::string& payload);

/// Encodes an error as `encode` does for one in a message.
std::string encode_error(const caf::error& x);

/// Inverse of `encode_error`; yields `errc::bad_payload` for a bad one.
caf::error decode_error(const std::string& payload);

} // namespace troupe
