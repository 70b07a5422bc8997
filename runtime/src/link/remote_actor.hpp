// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <mutex>

#include "caf/actor_proxy.hpp"

namespace troupe {

class hub;
class session;

/// Stands in for an actor of another node: what is sent to it travels.
///
/// Goes down with the remote actor's own reason, or with `errc::link_lost`.
/// Requests that cannot be sent are answered with an error at once.
class remote_actor : public caf::actor_proxy {
public:
  remote_actor(caf::actor_config& cfg, std::weak_ptr<hub> owner,
               std::shared_ptr<session> link);

  const char* name() const override;

  void enqueue(caf::mailbox_element_ptr what,
               caf::execution_unit* context) override;

  void kill_proxy(caf::execution_unit* context, caf::error reason) override;

private:
  caf::error forward(caf::mailbox_element& what);

  std::weak_ptr<hub> hub_;
  std::mutex link_mtx_;
  std::shared_ptr<session> link_;
};

} // namespace troupe
