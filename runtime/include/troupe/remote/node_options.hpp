// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "troupe/remote/etcd_options.hpp"

#include "troupe/link/tls_files.hpp"

namespace troupe {

/// What protects the links between nodes.
enum class link_security : uint8_t {
  /// No encryption; only loopback addresses are accepted.
  loopback_only = 1,
  /// No encryption on any address. For trusted networks only: whoever reaches
  /// the port may start every registered actor type.
  insecure,
  /// Mutual TLS: both sides show certificates of an authority that the other
  /// one trusts, and each must bear the name that its node says it has.
  tls,
};

/// @relates link_security
std::string to_string(link_security x);

/// Permits a peer to start an actor type here.
struct start_permission {
  /// Name of the peer, `*` for every one.
  std::string peer;

  /// Name of the actor type, `*` for every registered one.
  std::string type;

  friend bool operator==(const start_permission&,
                         const start_permission&) = default;
};

struct node_options {
  /// Name that other nodes know this one by, 1 to 64 characters of
  /// `A-Z a-z 0-9 . _ -`. Empty stands for `default_node_name()`.
  std::string name = {};

  /// `HOST:PORT` to accept links on; port 0 picks a free one. Without it the
  /// node only joins others.
  std::optional<std::string> listen = {};

  /// `HOST:PORT` that other nodes can dial, where it differs from `listen`;
  /// port 0 stands for the one in use. Without it, `listen`, or this host's
  /// name if that is `0.0.0.0` or `[::]`.
  std::optional<std::string> advertise = {};

  /// Addresses of nodes to join, each `HOST:PORT` with a port from 1 on. They
  /// must be there at the start, and are joined again when they are back.
  std::vector<std::string> join = {};

  /// As `join`, but need not be there at the start: they are dialled until they
  /// are. The address of this node itself does no harm.
  std::vector<std::string> seeds = {};

  /// Where nodes find each other and hold names, in addition to `join`. With
  /// endpoints, `seeds` are not used.
  etcd_options etcd = {};

  /// What this node is there for, up to 64 names of the same form as a node's.
  std::vector<std::string> roles = {};

  /// Workers that this node offers to others, 0 to 1024.
  size_t workers = 1;

  link_security security = link_security::loopback_only;

  /// For `link_security::tls`, and for nothing else.
  std::optional<tls_files> tls = std::nullopt;

  /// Who may start what here. Without a value it depends: with
  /// `link_security::tls` nobody may start anything; otherwise, since names
  /// prove nothing there, everybody may start all registered types.
  std::optional<std::vector<start_permission>> may_start = std::nullopt;

  /// A peer that has not completed the handshake by then is refused; 10 ms to
  /// 10 min.
  caf::timespan connect_timeout = std::chrono::seconds{5};

  /// Peers are sent a sign of life this often, 10 ms to 1 min. All nodes should
  /// have the same.
  caf::timespan heartbeat_interval = std::chrono::milliseconds{500};

  /// A peer that is silent for this long is suspected, if not earlier because
  /// its heartbeats were more regular than that. More than
  /// `heartbeat_interval`.
  caf::timespan suspect_after = std::chrono::milliseconds{1'800};

  /// A peer that is silent for this long is lost; more than `suspect_after`,
  /// at most 10 min. Shorter finds failures sooner, and mistakes pauses of the
  /// network or of a process for failures.
  caf::timespan lost_after = std::chrono::milliseconds{4'700};

  /// How long a node that is cut off from this one goes on with what it was
  /// lent; 100 ms to 10 min. Only after that is a child started elsewhere,
  /// unless its node is known to be gone. A shorter lease ends children when
  /// the network or the processes pause for that long.
  caf::timespan lease = std::chrono::seconds{5};

  /// Largest message that is sent or accepted, 1 KiB to 1 GiB.
  uint64_t max_message_bytes = uint64_t{64} << 20;

  /// Bytes that may wait for a slow peer, 1 KiB to 16 GiB; one message of any
  /// size may always wait. Beyond, senders wait for `max_wait`, then requests
  /// fail and messages are dropped with `errc::link_full`.
  uint64_t max_unsent_bytes = uint64_t{32} << 20;

  /// How long a sender waits for room, up to 10 min; not at all by default. Its
  /// thread does nothing else in that time.
  caf::timespan max_wait{0};
};

/// Returns a name that no other process of this host has: the host name, a
/// dash and the process id. Characters of the host name that a node's name may
/// not have become dashes, and it is cut where the name would grow too long.
std::string default_node_name();

/// Returns the address that other nodes are to dial, with port 0 if that is
/// not known before the port is open; empty without `listen`.
/// @relates node_options
std::string advertised_address(const node_options& x);

/// Returns whether `options` permit the node named `peer` to start `type`.
/// @relates node_options
bool may_start(const node_options& x, std::string_view peer,
               std::string_view type);

/// Returns `none`, or the first wrong field as `errc::invalid_option`,
/// `invalid_address` or `security_required`, its text one line that begins
/// with the field's key in `troupe::config`, such as `node.listen`. Looks at no
/// file.
/// @relates node_options
caf::error validate(const node_options& x);

} // namespace troupe
