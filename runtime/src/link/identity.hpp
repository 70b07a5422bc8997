// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/node_id.hpp"

#include "link/wire.hpp"

namespace troupe {

/// Version of the protocol; nodes of different versions refuse each other.
constexpr uint32_t protocol_version = 2;

/// What a node says of itself in the handshake.
struct identity {
  std::string name;
  caf::node_id id;
  uint64_t workers = 0;
  uint64_t max_message_bytes = 0;

  /// Hash of the names of all message types.
  uint64_t type_table = 0;

  uint32_t protocol = protocol_version;

  /// Ids of actors that every peer may address.
  std::map<std::string, uint64_t> services;

  /// `HOST:PORT` that other nodes can dial; empty if it accepts no links.
  std::string address = {};

  /// What the node is there for, sorted.
  std::vector<std::string> roles = {};

  /// Shown to the peer when dialling, for peers that expect a token.
  std::string token = {};
};

/// Returns 24 bytes that identify a node, empty for an invalid one.
std::string node_bytes(const caf::node_id& x);

/// Inverse of `node_bytes`; invalid if `bytes` has another length than 24.
caf::node_id parse_node_bytes(const std::string& bytes);

/// Hashes CAF's version and the names of all custom message types, so that two
/// programs that could misread each other's payloads get different values.
uint64_t type_table_hash(const caf::actor_system_config& cfg);

/// Makes a greeting, without the token.
wire::Greeting to_greeting(const identity& x);

/// Reads a greeting.
/// @returns `errc::not_a_troupe_peer` if it is not well-formed.
caf::error from_greeting(const wire::Greeting& x, identity& result);

/// Returns whether `id` is a service of `x`. What services tell services, and
/// nobody waits for, is no loss once the node is gone.
bool has_service(const identity& x, uint64_t id);

/// Decides whether the nodes `own` and `peer` can talk to each other.
/// @returns `none`, `version_mismatch`, `type_table_mismatch` or
///          `duplicate_node`.
caf::error compatible(const identity& own, const identity& peer);

} // namespace troupe
