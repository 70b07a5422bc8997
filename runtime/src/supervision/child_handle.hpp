// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "caf/actor.hpp"
#include "caf/error.hpp"
#include "caf/intrusive_ptr.hpp"

#include "troupe/scheduling/cell_hooks.hpp"
#include "troupe/supervision/message_policy.hpp"

#include "port/futex_mutex.hpp"
#include "supervision/light_actor.hpp"

namespace troupe {

struct handle_report;

/// What a handle needs to know.
struct handle_options {
  /// Messages that may wait while there is no incarnation. What is salvaged
  /// from a mailbox is kept whatever its number, but takes up the places.
  size_t max_waiting = 65'536;

  mailbox_policy mailbox = mailbox_policy::keep;

  in_flight_options in_flight = {};

  /// Gets a `handle_report` where something happens to a message; may be null.
  caf::weak_actor_ptr supervisor = {};

  /// By which the supervisor knows the handle in a report.
  uint64_t key = 0;
};

/// What a handle has done so far.
struct handle_stats {
  /// Messages that wait for an incarnation.
  uint64_t waiting = 0;
  /// Taken over from mailboxes of incarnations that ended.
  uint64_t salvaged = 0;
  /// Refused because too many waited.
  uint64_t refused = 0;
  /// Dropped from mailboxes under `mailbox_policy::discard`.
  uint64_t discarded = 0;
  /// Messages in work that were answered with an error or dropped.
  uint64_t lost_in_flight = 0;
  uint64_t retried = 0;
  uint64_t quarantined = 0;
};

/// The stable address of a child: an actor without mailbox that hands each
/// message to the child's present incarnation, in the thread of the sender.
///
/// While there is none, messages wait in order, bounded; beyond the bound a
/// request is answered with `errc::mailbox_full` and a plain message dropped,
/// counted and reported. An exit message is never refused: without an
/// incarnation it waits for the next one. A response for which there is no
/// incarnation is dropped, because its request died with the last one.
///
/// When an incarnation that is a cell with this handle's hooks ends, what waits
/// in its mailbox and the message in work come back here, and a message that
/// meets the closed mailbox waits here as well: nothing is lost, and the order
/// per sender is kept. An incarnation that is no cell (a stock CAF actor,
/// blocking or statically typed, or one of another node) takes its mailbox with
/// it: CAF answers requests in it with `sec::request_receiver_down` and drops
/// the rest, and so it does with what arrives between the end and the handle
/// being told, which is a moment for an actor of this process and the time a
/// notice takes over the network for one of another node.
///
/// Goes down, for those who monitor it or are linked to it, only with `close`.
class child_handle final : public light_actor {
public:
  using pointer = caf::intrusive_ptr<child_handle>;

  /// Returns a handle without an incarnation.
  static pointer make(caf::actor_system& sys, const handle_options& opts);

  child_handle(caf::actor_config& cfg, const handle_options& opts);

  ~child_handle() override;

  // -- for the supervisor, in its thread --------------------------------------

  /// The actor to give away.
  caf::actor handle();

  /// What a starter puts into the cell that becomes an incarnation.
  cell_hooks hooks();

  /// Hands what waits to `incarnation`, in order, and then all that arrives.
  /// `context` is that of the caller, if it is an actor.
  /// @pre there is no incarnation, and `generation` is higher than any before.
  void bind(const caf::actor& incarnation, uint64_t generation,
            caf::execution_unit* context = nullptr);

  /// Lets messages wait from now on. No effect unless `generation` is bound. An
  /// incarnation that still lives keeps what it has got; what is left in its
  /// mailbox when it ends goes to its successor.
  void unbind(uint64_t generation);

  /// Ends the handle: answers the requests that wait with `reason`, and tells
  /// monitors and links. Later requests are answered with
  /// `sec::request_receiver_down`. A plain message that waits, or comes later,
  /// is a dead letter.
  void close(caf::error reason);

  /// Takes a message that was set aside, whatever waits already.
  void replay(caf::mailbox_element_ptr what, caf::execution_unit* context);

  // -- any thread -------------------------------------------------------------

  handle_stats stats() const;

  using caf::abstract_actor::enqueue;

  void enqueue(caf::mailbox_element_ptr what,
               caf::execution_unit* context) override;

  void salvaged(salvage& found) override;

  void on_destroy() override;

  friend void intrusive_ptr_add_ref(const child_handle* x) noexcept {
    caf::intrusive_ptr_add_ref(x->ctrl());
  }

  friend void intrusive_ptr_release(const child_handle* x) noexcept {
    caf::intrusive_ptr_release(x->ctrl());
  }

private:
  struct waiting_room;

  /// Whether a bound applies to a message that has to wait.
  enum class bound : uint8_t { applies, lifted };

  in_flight_policy in_flight() const noexcept {
    return static_cast<in_flight_policy>(in_flight_);
  }

  mailbox_policy mailbox() const noexcept {
    return static_cast<mailbox_policy>(mailbox_);
  }

  void take(caf::mailbox_element_ptr what, caf::execution_unit* context,
            bound limit);

  void hand_on(caf::mailbox_element_ptr what, caf::execution_unit* context,
               bound limit);

  /// Says that `x` reaches nobody: to its sender, or as a dead letter.
  void turn_away(caf::mailbox_element& x, const caf::error& reason);

  /// Lets `what` wait, or drops it, unless there is an incarnation by now.
  bool wait(caf::mailbox_element_ptr& what, uintptr_t seen, bound limit);

  void flush(caf::actor_control_block* incarnation,
             caf::execution_unit* context);

  /// Remembers an incarnation that is unbound before it has ended.
  void give_up(const caf::strong_actor_ptr& incarnation);

  /// Lets messages wait because the incarnation has ended; it stays bound.
  void ended(uint64_t generation) noexcept;

  /// Returns which incarnation a cell is or was, if it is not released yet.
  std::optional<uint64_t>
  generation_of(const caf::actor_control_block* cell) const;

  /// Sees to the message in work.
  /// @returns what there is to report, if anything; an envelope for the next
  ///          incarnation, if it is to have one, is put into `rest`.
  std::optional<handle_report>
  see_to_in_work(uint64_t generation, salvage& found,
                 std::vector<caf::mailbox_element_ptr>& rest);

  /// Books what became of the messages of an incarnation that has ended.
  void count(const std::optional<handle_report>& in_work, uint64_t discarded,
             uint64_t kept);

  void report(handle_report what, caf::strong_actor_ptr from);

  waiting_room& room();

  /// The incarnation, see `handle_state`.
  std::atomic<uintptr_t> current_ = 0;

  // There are as many handles as children: each byte counts.
  uint64_t generation_ : 48 = 0;
  uint64_t retries_ : 16;
  uint64_t key_;
  caf::weak_actor_ptr supervisor_;
  /// Made when the first message has to wait.
  std::unique_ptr<waiting_room> room_;
  uint32_t max_waiting_ : 28;
  uint32_t in_flight_ : 2;
  uint32_t mailbox_ : 2;
  mutable port::futex_mutex lock_;
};

} // namespace troupe
