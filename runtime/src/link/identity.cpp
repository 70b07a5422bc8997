// SPDX-License-Identifier: Apache-2.0

#include "link/identity.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "caf/actor_system_config.hpp"
#include "caf/config.hpp"

#include "troupe/base/errc.hpp"

#include "base/node_name.hpp"

namespace troupe {

namespace {

using node_data = caf::node_id::default_data;

constexpr size_t pid_size = sizeof(uint32_t);

constexpr size_t node_size = pid_size + node_data::host_id_size;

/// A host name has up to 255 bytes.
constexpr size_t max_address_size = 300;

constexpr size_t max_roles = 64;

/// FNV-1a, 64 bits (Fowler, Noll, Vo).
class fnv1a {
public:
  void add(std::string_view text) {
    for (auto ch : text)
      add(static_cast<unsigned char>(ch));
    add(static_cast<unsigned char>(0));
  }

  uint64_t value() const noexcept {
    return value_;
  }

private:
  void add(unsigned char byte) {
    value_ = (value_ ^ byte) * 0x100000001b3;
  }

  uint64_t value_ = 0xcbf29ce484222325;
};

bool is_tool(const identity& x) {
  return x.workers == 0 && x.roles.size() == 1 && x.roles.front() == tool_role;
}

} // namespace

std::string node_bytes(const caf::node_id& x) {
  if (!x || x->implementation_id() != node_data::class_id)
    return {};
  auto& data = static_cast<const node_data&>(*x);
  std::string result;
  result.reserve(node_size);
  for (size_t i = 0; i < pid_size; ++i)
    result.push_back(static_cast<char>(data.process_id() >> (8 * i)));
  auto host = data.host_id();
  result.append(reinterpret_cast<const char*>(host.data()), host.size());
  return result;
}

caf::node_id parse_node_bytes(const std::string& bytes) {
  if (bytes.size() != node_size)
    return {};
  uint32_t pid = 0;
  for (size_t i = 0; i < pid_size; ++i)
    pid |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
  node_data::host_id_type host;
  std::copy(bytes.begin() + pid_size, bytes.end(), host.begin());
  return caf::make_node_id(pid, host);
}

uint64_t type_table_hash(const caf::actor_system_config& cfg) {
  std::vector<std::string> names;
  for (auto& kvp : cfg.value_factories_by_name)
    names.push_back(kvp.first);
  std::sort(names.begin(), names.end());
  fnv1a hash;
  hash.add(fmt::to_string(CAF_VERSION));
  for (auto& name : names)
    hash.add(name);
  return hash.value();
}

wire::Greeting to_greeting(const identity& x) {
  wire::Greeting result;
  result.set_protocol(x.protocol);
  result.set_type_table(x.type_table);
  result.set_name(x.name);
  result.set_node(node_bytes(x.id));
  result.set_workers(x.workers);
  result.set_max_message_bytes(x.max_message_bytes);
  for (auto& [service, id] : x.services)
    (*result.mutable_services())[service] = id;
  result.set_address(x.address);
  for (auto& role : x.roles)
    result.add_roles(role);
  return result;
}

caf::error from_greeting(const wire::Greeting& x, identity& result) {
  result.name = x.name();
  result.id = parse_node_bytes(x.node());
  result.workers = x.workers();
  result.max_message_bytes = x.max_message_bytes();
  result.type_table = x.type_table();
  result.protocol = x.protocol();
  result.services.clear();
  for (auto& [service, id] : x.services())
    result.services.emplace(service, id);
  result.address = x.address();
  result.roles.assign(x.roles().begin(), x.roles().end());
  result.token = x.token();
  auto well_formed =
      result.id && is_node_name(result.name)
      && result.address.size() <= max_address_size
      && result.roles.size() <= max_roles
      && std::all_of(result.roles.begin(), result.roles.end(), is_node_name);
  if (!well_formed)
    return make_error(errc::not_a_troupe_peer, "the greeting is malformed");
  return {};
}

bool has_service(const identity& x, uint64_t id) {
  return std::any_of(x.services.begin(), x.services.end(),
                     [=](auto& kvp) { return kvp.second == id; });
}

caf::error compatible(const identity& own, const identity& peer) {
  if (own.protocol != peer.protocol)
    return make_error(
        errc::version_mismatch,
        fmt::format("node {} speaks protocol version {}, node {} version {}",
                    peer.name, peer.protocol, own.name, own.protocol));
  if (own.type_table != peer.type_table && !is_tool(own) && !is_tool(peer))
    return make_error(
        errc::type_table_mismatch,
        fmt::format("nodes {} and {} were built with different message types",
                    peer.name, own.name));
  if (own.id == peer.id)
    return make_error(errc::duplicate_node,
                      fmt::format("node {} cannot join itself", own.name));
  if (own.name == peer.name)
    return make_error(
        errc::duplicate_node,
        fmt::format("both nodes are named {}; names must differ", own.name));
  return {};
}

} // namespace troupe
