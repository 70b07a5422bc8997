// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "caf/node_id.hpp"

#include "troupe/remote/node_event.hpp"

// What is said to etcd's JSON gateway, and what it answers. Keys and values
// travel in base64, numbers of 64 bits as text. Pure functions; those that read
// return nothing where an answer is not of the form that they expect.

namespace troupe::etcd {

std::string to_base64(std::string_view x);

std::optional<std::string> from_base64(std::string_view x);

/// Returns the end of the range of all keys that begin with `prefix`.
std::string range_end(std::string prefix);

/// An entry of the store.
struct entry {
  std::string key;
  std::string value;

  /// Revision of the store in which it was made.
  uint64_t created = 0;
};

// -- requests -----------------------------------------------------------------

nlohmann::json grant_request(std::chrono::seconds ttl);

/// For renewal and revocation.
nlohmann::json lease_request(const std::string& lease);

nlohmann::json put_request(const std::string& key, const std::string& value,
                           const std::string& lease);

nlohmann::json get_request(const std::string& key);

nlohmann::json list_request(const std::string& prefix);

/// Puts the key if there is none.
nlohmann::json create_request(const std::string& key, const std::string& value,
                              const std::string& lease);

/// Deletes the key if it was made in that revision.
nlohmann::json delete_request(const std::string& key, uint64_t created);

/// Watches all keys that begin with `prefix`, from `revision` on.
nlohmann::json watch_request(const std::string& prefix, uint64_t revision);

// -- answers ------------------------------------------------------------------

/// Returns the id of the lease that was granted.
std::optional<std::string> read_lease(const nlohmann::json& x);

/// Returns whether the lease that was renewed still exists.
bool read_renewal(const nlohmann::json& x);

struct listing {
  uint64_t revision = 0;
  std::vector<entry> entries;
};

std::optional<listing> read_listing(const nlohmann::json& x);

/// Returns the revision in which the key was made, if it was made now.
std::optional<uint64_t> read_creation(const nlohmann::json& x);

/// Returns whether a line of a watch tells of changes.
bool tells_of_changes(const nlohmann::json& x);

// -- contacts -----------------------------------------------------------------

std::string write_contact(const node_contact& x);

std::optional<node_contact> read_contact(std::string_view text);

} // namespace troupe::etcd
