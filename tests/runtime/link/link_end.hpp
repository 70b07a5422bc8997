// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"

#include "link/endpoint.hpp"
#include "link/hub.hpp"
#include "support/eventually.hpp"

namespace troupe::test {

/// Options with limits that suit tests.
inline hub_options link_options() {
  return {.max_message_bytes = uint64_t{16} << 20,
          .max_unsent_bytes = uint64_t{16} << 20};
}

/// Options that find a silent peer within a second.
inline hub_options hasty_link_options() {
  using namespace std::chrono_literals;
  auto result = link_options();
  result.detection = {
      .heartbeat_interval = 50ms, .suspect_within = 300ms, .lost_within = 1s};
  return result;
}

/// One end of links: an actor system, a hub and an endpoint, without a node.
///
/// The actor `doubler` doubles numbers and returns texts; peers find it as the
/// service "doubler". Has two threads for actors whatever the machine has.
class link_end {
public:
  struct change {
    peer_change how;
    std::string peer;
    std::string cause;
  };

  explicit link_end(std::string name, hub_options options = link_options(),
                    std::optional<std::string> listen = "127.0.0.1:0",
                    std::string token = {})
      : system(cfg.threads(2)), self(system) {
    doubler = system.spawn([](caf::event_based_actor*) -> caf::behavior {
      return {[](int32_t x) { return 2 * x; },
              [](std::string& x) { return std::move(x); }};
    });
    system.registry().put(doubler.id(), doubler);
    identity own{.name = std::move(name),
                 .id = system.node(),
                 .workers = 1,
                 .max_message_bytes = options.max_message_bytes,
                 .type_table = type_table_hash(cfg),
                 .services = {{"doubler", doubler.id()}},
                 .address =
                     listen && !listen->starts_with("unix:") ? *listen : "",
                 .token = std::move(token)};
    links = std::make_shared<hub>(
        system, std::move(own), std::move(options),
        [this](hub& x, const identity& peer, peer_change how,
               const std::string& cause) { note(x, peer, how, cause); });
    if (auto opened = endpoint::open(links, listen))
      ends = std::move(*opened);
    else
      failure = opened.error();
  }

  ~link_end() {
    using namespace std::chrono_literals;
    if (ends)
      ends->close(2s);
    self->send_exit(doubler, caf::exit_reason::user_shutdown);
    std::lock_guard guard{mtx_};
    peer_doubler_ = nullptr;
  }

  /// Dials `address`.
  caf::error dial(const std::string& address) {
    using namespace std::chrono_literals;
    return ends->dial(address, 5s);
  }

  std::string address() const {
    return "127.0.0.1:" + std::to_string(ends->port());
  }

  /// Returns whether the peers' changes have come to `expected`, in time.
  bool saw(const std::vector<peer_change>& expected) {
    using namespace std::chrono_literals;
    return eventually(10s, [&] { return how() == expected; });
  }

  std::vector<peer_change> how() const {
    std::lock_guard guard{mtx_};
    std::vector<peer_change> result;
    for (auto& x : changes_)
      result.push_back(x.how);
    return result;
  }

  change last() const {
    std::lock_guard guard{mtx_};
    return changes_.back();
  }

  /// Returns the doubler of the peer that came up last.
  caf::actor peer_doubler() const {
    std::lock_guard guard{mtx_};
    return caf::actor_cast<caf::actor>(peer_doubler_);
  }

  /// Asks the peer's doubler.
  caf::expected<int32_t> ask(int32_t x) {
    using namespace std::chrono_literals;
    caf::expected<int32_t> result{caf::sec::runtime_error};
    auto dest = peer_doubler();
    if (!dest)
      return result;
    self->request(dest, 10s, x)
        .receive([&](int32_t y) { result = y; },
                 [&](caf::error& why) { result = std::move(why); });
    return result;
  }

  config cfg;
  caf::actor_system system;
  caf::scoped_actor self;
  caf::actor doubler;
  std::shared_ptr<hub> links;
  std::unique_ptr<endpoint> ends;
  caf::error failure;

private:
  void note(hub& x, const identity& peer, peer_change how,
            const std::string& cause) {
    caf::strong_actor_ptr found;
    auto service = peer.services.find("doubler");
    if (how == peer_change::up && service != peer.services.end())
      found = x.proxy(peer.id, service->second);
    std::lock_guard guard{mtx_};
    if (found)
      peer_doubler_ = std::move(found);
    changes_.push_back({how, peer.name, cause});
  }

  mutable std::mutex mtx_;
  std::vector<change> changes_;
  caf::strong_actor_ptr peer_doubler_;
};

/// Returns the handle that `at` would have been given of `x`, an actor of
/// `home`.
inline caf::actor known(link_end& at, link_end& home, const caf::actor& x) {
  home.system.registry().put(x.id(), x);
  auto node = home.system.node();
  auto ticket = home.links->ticket_of(node, x.id());
  return caf::actor_cast<caf::actor>(at.links->proxy(node, x.id(), ticket));
}

} // namespace troupe::test
