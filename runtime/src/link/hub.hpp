// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

#include "caf/actor.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/node_id.hpp"
#include "caf/proxy_registry.hpp"
#include "caf/timespan.hpp"

#include "troupe/link/link_stats.hpp"
#include "troupe/link/tls_files.hpp"

#include "link/connection.hpp"
#include "link/element_codec.hpp"
#include "link/identity.hpp"
#include "link/phi_detector.hpp"
#include "link/relays.hpp"
#include "link/request_table.hpp"
#include "link/schema.hpp"
#include "link/strangers.hpp"
#include "link/ticket.hpp"

namespace troupe {

class session;

/// What became of a peer.
enum class peer_change : uint8_t {
  /// It can be talked to.
  up = 1,
  /// It has been silent for suspiciously long; the link stays for now.
  suspected,
  /// A suspected peer has given a sign of life.
  restored,
  /// The link broke, or the peer was silent for too long.
  lost,
  /// It said goodbye.
  left
};

struct hub_options {
  /// Largest payload that is sent or accepted.
  uint64_t max_message_bytes;

  /// What may wait for one peer.
  uint64_t max_unsent_bytes;

  /// How long a sender is held up where more than that waits already. Then the
  /// message is refused with `errc::link_full`.
  caf::timespan max_wait{0};

  /// A stream that breaks is replaced within this time, and nothing is lost;
  /// otherwise the peer is. Zero: the peer is lost at once.
  caf::timespan resume_window{0};

  /// A peer must have greeted by then.
  caf::timespan handshake_timeout = std::chrono::seconds{5};

  detection_options detection = {};

  /// What dialling peers must show in order to be admitted; without it all
  /// are.
  std::optional<std::string> expected_token = {};

  /// Over a unix socket: whether the process may connect; without it all of
  /// this user may. Called in a thread of the link's.
  std::function<bool(pid_t)> admits = {};

  /// Links that may be open at once, those in their handshake included.
  size_t max_links = 1024;

  /// Links between hosts are secured with these. A peer is admitted if its
  /// certificate bears the name that it says it has.
  std::optional<tls_files> tls = {};

  /// `files` only where all peers are processes of this host and user.
  buffer_way buffers = buffer_way::bytes;
};

/// Everything that the connections of one node share: who is connected, and
/// the proxies of remote actors.
class hub : public std::enable_shared_from_this<hub>,
            public ticket_book,
            private caf::proxy_registry::backend {
public:
  /// Called from the wire's threads, possibly for as long as a stream lives;
  /// `cause` tells why a peer was suspected or lost, as far as it is known.
  /// For one peer the first report is `up`, the last `lost` or `left`.
  using change_handler = std::function<void(hub&, const identity&, peer_change,
                                            const std::string& cause)>;

  hub(caf::actor_system& sys, identity own, hub_options options,
      change_handler on_change);

  ~hub() override;

  caf::actor_system& system() const noexcept {
    return system_;
  }

  const identity& own() const noexcept {
    return own_;
  }

  const hub_options& options() const noexcept {
    return options_;
  }

  caf::proxy_registry& proxies() noexcept {
    return proxies_;
  }

  /// Outcome of `admit`.
  struct verdict {
    /// `none` if the peer was admitted.
    caf::error refused;

    /// The peer should dial again.
    bool try_again = false;

    /// The peer's session, if it was admitted.
    std::shared_ptr<session> admitted = nullptr;
  };

  /// What a greeting says of the session.
  struct session_claim {
    uint64_t id = 0;

    /// There was a stream for it before.
    bool resumes = false;
  };

  /// Enters a peer that has introduced itself over a link.
  verdict admit(connection_role role, const identity& peer,
                const std::vector<std::string>& certified_names,
                session_claim claim);

  /// Tells that an admitted peer can be talked to.
  void announce(const identity& peer);

  /// Tells that an admitted peer is suspected or restored.
  void report(const identity& peer, peer_change how, const std::string& cause);

  /// Called when a stream breaks; returns whether somebody tries to replace it
  /// and will call `give_up` if that fails.
  using mend_handler = std::function<bool(std::shared_ptr<session>)>;

  void on_break(mend_handler x);

  /// The stream of `which` broke.
  /// @returns whether it may be replaced.
  bool mend(const std::shared_ptr<session>& which);

  /// The stream of `which` was not replaced; does nothing if it was.
  void give_up(session& which, const std::string& why);

  /// Removes the peer of `which`; its proxies go down with `why`.
  void remove(session& which, peer_change how, const caf::error& why,
              const std::string& cause);

  /// Ends the link to a peer, if there is one.
  void cut(const caf::node_id& peer, const caf::error& why);

  /// Returns whether `id` is an actor of this node that every peer may address.
  bool is_service(caf::actor_id id) const noexcept;

  /// Has `x` count as a service for as long as it lives.
  /// @returns `false` if there are too many.
  bool guard(const caf::actor& x);

  /// Returns the name of a connected peer.
  std::optional<std::string> name_of(const caf::node_id& id);

  /// Returns whether there is a connection to `id`.
  bool connected(const caf::node_id& id);

  /// Returns what has gone over each link. Thread-safe.
  std::vector<link_stats> links();

  /// Returns the types of messages, as they travel.
  schema_book& schemas() noexcept {
    return schemas_;
  }

  /// Returns the requests that wait for answers from peers.
  request_table& requests() noexcept {
    return requests_;
  }

  /// Returns who stands in for clients of third nodes.
  relays& stand_ins() noexcept {
    return stand_ins_;
  }

  /// Called for a node that is not connected when the first handle of it comes;
  /// whoever sets it has the node dialled, and calls `forsake` with the number
  /// if it cannot be. Without it such handles are invalid.
  using stranger_handler =
      std::function<void(const caf::node_id&, uint64_t number)>;

  /// @pre no link is open yet.
  void on_stranger(stranger_handler x);

  /// Has the handles of a node go down with `why`, unless it is connected, or
  /// has been told of with another number since.
  void forsake(const caf::node_id& node, const caf::error& why,
               std::optional<uint64_t> number = {});

  /// Returns the nodes that are yet to be connected.
  troupe::strangers& strangers() noexcept {
    return strangers_;
  }

  /// Returns the actor `id` of this node or of a connected peer, or of a node
  /// that is about to be; otherwise null.
  caf::strong_actor_ptr find_actor(const caf::node_id& node, caf::actor_id id,
                                   uint64_t ticket);

  /// Returns a handle for an actor of a connected peer, or of a node that is
  /// about to be; otherwise null. It goes down at once if the peer does not
  /// accept the ticket; services need none.
  caf::strong_actor_ptr proxy(const caf::node_id& node, caf::actor_id id,
                              uint64_t ticket = 0);

  // -- as ticket_book ---------------------------------------------------------

  uint64_t ticket_of(const caf::node_id& node, caf::actor_id id) override;

  handle_kind learn(const caf::node_id& node, caf::actor_id id,
                    uint64_t ticket) override;

  /// Books a dial of `address` until the result is gone; crossing dials are
  /// told apart by it.
  std::shared_ptr<void> dialing(const std::string& address);

  /// Links are accepted on `port` from now on.
  /// @pre nobody has greeted yet.
  void listening(uint16_t port);

  /// Counts streams, so that `close` can wait for the last.
  /// @returns `false` after `close`: then the stream is to be torn down.
  [[nodiscard]] bool stream_opened(const std::shared_ptr<connection>& x);
  void stream_closed(const connection& x);

  /// From now on says nothing of actors here but the farewell: what becomes of
  /// them is the end of the node, not theirs.
  void mute() noexcept {
    muted_ = true;
  }

  bool is_muted() const noexcept {
    return muted_;
  }

  /// Whether more streams are open than there may be links.
  bool is_crowded();

  /// Says goodbye to all peers and waits for the streams' ends, at most
  /// `timeout`; then tears down what is left.
  void close(caf::timespan timeout);

private:
  caf::strong_actor_ptr make_proxy(caf::node_id node,
                                   caf::actor_id id) override;

  void set_last_hop(caf::node_id*) override {
    // nop: links are direct
  }

  bool may_find(const caf::node_id& node, caf::actor_id id);
  verdict readmit(const identity& peer, session_claim claim);
  void end(session& which, const std::string& why);
  bool await_streams(caf::timespan timeout);

  caf::actor_system& system_;
  identity own_;
  hub_options options_;
  change_handler on_change_;
  caf::proxy_registry proxies_;
  schema_book schemas_;
  request_table requests_;
  relays stand_ins_;
  troupe::strangers strangers_;
  stranger_handler on_stranger_;
  const ticket_mint mint_;

  /// Actors that count as services though they are not in the greeting.
  std::array<std::atomic<caf::actor_id>, 8> guarded_ = {};

  std::mutex mtx_;
  mend_handler mend_;
  std::condition_variable stream_ended_;
  std::map<caf::node_id, std::shared_ptr<session>> peers_;
  std::map<const connection*, std::weak_ptr<connection>> streams_;
  std::atomic<bool> muted_ = false;
  std::multiset<std::string> dialing_;
  bool closing_ = false;
};

} // namespace troupe
