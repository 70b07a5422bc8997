// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/response_promise.hpp"
#include "caf/result.hpp"

#include "troupe/remote/authority.hpp"

#include "remote/etcd_client.hpp"
#include "remote/etcd_watcher.hpp"
#include "remote/lease.hpp"

namespace troupe::etcd {

/// Behind `etcd_authority`: registration, names, and the lease of both.
class state : public std::enable_shared_from_this<state> {
public:
  state(caf::event_based_actor* self, etcd_options options);

  caf::behavior make_behavior();

private:
  /// A name that this node holds or wants.
  struct claim {
    caf::actor owner;
    std::vector<caf::response_promise> waiting;
    std::optional<uint64_t> token;
  };

  /// Does what is due, and sets the timer.
  void step();
  void tell_of(const caf::error& problem);
  caf::error renew();
  caf::error need_lease();
  caf::error announce();
  caf::error claim_names();
  void lose_lease();
  void tell(const caf::actor& listener);
  void take(news& x);
  caf::response_promise begin_claim(const std::string& name,
                                    const caf::actor& owner);
  void withdraw(const std::string& name);
  caf::result<std::string, uint64_t> holder(const std::string& name);
  void end();
  std::string key_of(const std::string& name) const;
  lease::time_point now() const;
  std::chrono::seconds ttl() const;

  caf::event_based_actor* self_;
  etcd_options options_;
  client calls_;
  std::shared_ptr<client> watching_;
  caf::actor watcher_;

  std::optional<node_contact> own_;
  bool announced_ = false;
  std::optional<std::string> lease_id_;
  troupe::lease lease_;
  lease::time_point renew_at_;
  std::map<std::string, claim> claims_;

  std::vector<node_contact> nodes_;
  std::set<caf::actor> listeners_;
  size_t failures_ = 0;
  /// The last one that was told, empty if there is none.
  std::string problem_;
  uint64_t timer_ = 0;
};

} // namespace troupe::etcd
