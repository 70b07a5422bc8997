// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"
#include "caf/message_id.hpp"

#include "troupe/base/death_reason.hpp"
#include "troupe/scheduling/detail/block_cache.hpp"

namespace troupe::detail {

class checkpoint_box;

/// What an actor of this process knows about its own start: on whose behalf it
/// was started, as what, and where its start is to be acknowledged.
///
/// Many children live at once, so what is needed at the start only, or by few,
/// is kept apart. Used by the actor's own thread; others may look at `exit`
/// once the actor has ended.
class start_record {
public:
  /// An exit message that the actor got.
  struct exit_note {
    exit_origin origin;
    caf::error reason;
  };

  /// What is needed until the start is acknowledged.
  struct opening {
    /// Whoever started the actor, because it waits for the acknowledgement.
    caf::strong_actor_ptr waiting;

    /// Under which it expects that.
    caf::message_id reply_to;

    /// Number of the start among those of the parent.
    uint64_t number = 0;
  };

  static constexpr uint64_t default_checkpoint_bytes = 1 << 20;

  /// What an actor that makes checkpoints needs.
  struct checkpoints {
    /// The newest, at first that of an earlier incarnation; empty if there is
    /// none.
    caf::message newest;
    uint64_t max_bytes = default_checkpoint_bytes;

    /// Where the actor puts its own; made with the first.
    std::shared_ptr<checkpoint_box> box;
  };

  static void* operator new(size_t bytes) {
    return block_cache::allocate(bytes);
  }

  static void operator delete(void* ptr, size_t bytes) noexcept {
    block_cache::release(ptr, bytes);
  }

  /// Whoever started the actor. Weak: nobody lives on because of its children.
  caf::weak_actor_ptr parent;

  std::string child;
  uint64_t generation = 0;

  struct opening& opening() {
    return need_rest().start;
  }

  struct checkpoints& checkpoints() {
    return need_rest().snapshots;
  }

  /// Returns the newest checkpoint.
  caf::message checkpoint() const {
    return rest_ != nullptr ? rest_->snapshots.newest : caf::message{};
  }

  /// Returns the last exit message; once the actor has ended, the one that it
  /// ended by, if it did.
  const exit_note* exit() const noexcept {
    return rest_ != nullptr ? rest_->last_exit.get() : nullptr;
  }

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

private:
  friend class cell_core;

  struct rest {
    struct opening start;
    struct checkpoints snapshots;
    std::unique_ptr<exit_note> last_exit;
  };

  rest& need_rest() {
    if (rest_ == nullptr)
      rest_ = std::make_unique<rest>();
    return *rest_;
  }

  std::unique_ptr<rest> rest_;

  /// See `cell_core::extras_`.
  std::atomic<uintptr_t> extras_ = 0;
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
