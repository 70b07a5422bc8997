// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"
#include "caf/message_id.hpp"

#include "troupe/base/death_reason.hpp"

namespace troupe::detail {

class checkpoint_box;

/// What an actor of this process knows about its own start: on whose behalf it
/// was started, as what, and where its start is to be acknowledged.
struct start_record {
  /// Whoever started the actor. Weak: nobody lives on because of its children.
  caf::weak_actor_ptr parent;

  /// The same until the acknowledgement: it waits for it.
  caf::strong_actor_ptr waiting;

  /// Under which the parent expects the acknowledgement.
  caf::message_id reply_to;

  /// Number of the start among those of the parent.
  uint64_t number = 0;

  std::string child;
  uint64_t generation = 0;

  /// The newest checkpoint, at first that of an earlier incarnation; empty if
  /// there is none.
  caf::message checkpoint;
  uint64_t max_checkpoint_bytes = 0;

  /// Where the actor puts its own checkpoints; made with the first.
  std::shared_ptr<checkpoint_box> box;

  /// An exit message that the actor got.
  struct exit_note {
    exit_origin origin;
    caf::error reason;
  };

  /// The last one; once the actor has ended, the one that it ended by.
  std::unique_ptr<exit_note> last_exit;

  /// Keeps in mind who sends `x`, if that is an exit message to `self`.
  void note(const caf::mailbox_element& x,
            const caf::actor_control_block& self);

  /// Tells the parent that the start has succeeded, or failed because of `why`.
  /// Only the first call has an effect.
  void acknowledge(caf::actor_control_block* self, const caf::error& why,
                   caf::execution_unit* host);

  /// Books that the actor ends because of `why`.
  void ended(caf::actor_control_block* self, const caf::error& why,
             caf::execution_unit* host);
};

/// An actor that was started with a record.
class started_actor {
public:
  /// Returns nothing if the actor was started without one.
  virtual start_record* record() noexcept = 0;

protected:
  ~started_actor() = default;
};

/// Returns the record that `self` was started with, if any.
start_record* record_of(caf::local_actor* self) noexcept;

} // namespace troupe::detail
