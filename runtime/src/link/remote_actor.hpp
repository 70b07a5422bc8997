// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "caf/actor_proxy.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/mailbox_element.hpp"

#include "troupe/scheduling/deadline.hpp"
#include "troupe/scheduling/trace.hpp"

#include "link/session.hpp"
#include "scheduling/distant_actor.hpp"

namespace troupe {

class hub;

/// Stands in for an actor of another node: what is sent to it travels.
///
/// Goes down with the remote actor's own reason, or with `errc::link_lost`.
/// Requests that cannot be sent are answered with an error at once; so are
/// those whose answer cannot be sent. Any other message is a dead letter then.
/// Without a link, messages wait until there is one. Then they count like any
/// other: those that do not fit fail with `errc::link_full`. So does what comes
/// while they are being sent, if it never ends.
class remote_actor : public caf::actor_proxy, public distant_actor {
public:
  /// @param link Null for an actor of a node that is yet to be linked.
  remote_actor(caf::actor_config& cfg, std::weak_ptr<hub> owner,
               std::shared_ptr<session> link, uint64_t ticket);

  ~remote_actor() override;

  /// Sends what has waited over `link`, and all that follows.
  /// @returns why it goes down instead.
  caf::error bind(const std::shared_ptr<session>& link);

  /// Returns what shows that the handle was given to this node.
  uint64_t ticket() const noexcept {
    return ticket_;
  }

  const char* name() const override;

  void enqueue(caf::mailbox_element_ptr what,
               caf::execution_unit* context) override;

  void kill_proxy(caf::execution_unit* context, caf::error reason) override;

private:
  /// A message that waits for a link.
  struct early_message {
    caf::mailbox_element_ptr what;
    std::optional<deadline_scope::time_point> deadline;
    std::optional<trace_context> trace;
  };

  void dispatch(session* link, hub* owner, caf::mailbox_element_ptr what);
  std::shared_ptr<session> current_link();
  actor_ref to_ref(const caf::strong_actor_ptr& who, hub& owner,
                   std::string& node);
  void hold(caf::mailbox_element_ptr what);
  void send_exit(session& link, hub& owner, const caf::exit_msg& x);
  caf::error forward(session& link, hub& owner, caf::mailbox_element& what,
                     const caf::message& content, session::lane way);
  void not_sent(session* link, hub* owner, caf::mailbox_element& what,
                const caf::message& content, caf::error why);

  std::weak_ptr<hub> hub_;
  std::mutex link_mtx_;
  std::shared_ptr<session> link_;
  /// Set while there has not been a link.
  std::unique_ptr<std::deque<early_message>> early_;
  /// No more messages may wait: the last ones are being sent.
  bool is_last_round_ = false;
  const uint64_t ticket_;

  /// One of the peer's, which need no ticket.
  const bool is_service_;

  /// An actor of this node that is in the registry, or has been: it stays there
  /// until it ends.
  std::atomic<caf::actor_id> last_sender_ = 0;
};

} // namespace troupe
