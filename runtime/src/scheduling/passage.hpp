// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>

#include "caf/actor_control_block.hpp"
#include "caf/mailbox_element.hpp"

#include "port/asymmetric_fence.hpp"

namespace troupe {

/// One thread's way from a handle into the actor that the handle points at.
///
/// Keeps the actor alive without touching its reference count, by a hazard
/// pointer: whoever replaces the actor gives the old one to `retire`, which
/// holds it until no passage leads to it. And it takes the message back if the
/// actor, being a cell, turns out to have closed its mailbox. Lives on the
/// stack; may be nested, as when a refusal is answered through another handle.
///
/// M. Michael: Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects.
/// IEEE Transactions on Parallel and Distributed Systems 15(6), 2004.
class passage {
public:
  passage() noexcept
      : gate_(next_gate != nullptr ? next_gate : make_gate()),
        outer_(open_gate) {
    open_gate = gate_;
    next_gate = gate_->inner;
  }

  ~passage() {
    gate_->target.store(nullptr, std::memory_order_release);
    open_gate = outer_;
    next_gate = gate_;
    port::light_fence();
    if (retired.load(std::memory_order_relaxed) != 0)
      release_retired();
  }

  passage(const passage&) = delete;

  passage& operator=(const passage&) = delete;

  /// Enters the actor that `source` holds and that is kept for as long as this
  /// passage leads there.
  /// @param x  the present value of `source`, an actor.
  /// @returns `false` if `source` has changed meanwhile.
  [[nodiscard]] bool enter(const std::atomic<uintptr_t>& source,
                           uintptr_t x) noexcept {
    gate_->target.store(reinterpret_cast<caf::actor_control_block*>(x),
                        std::memory_order_relaxed);
    port::light_fence();
    return source.load(std::memory_order_acquire) == x;
  }

  /// Leads to `x`, which the caller keeps alive.
  void lead_to(caf::actor_control_block* x) noexcept {
    gate_->target.store(x, std::memory_order_relaxed);
  }

  /// Whether the message has come back.
  bool has_returned() const noexcept {
    return gate_->returned != nullptr;
  }

  /// Takes the message that the actor could not accept, if it has come back.
  caf::mailbox_element_ptr take_returned() noexcept {
    auto x = gate_->returned;
    gate_->returned = nullptr;
    return caf::mailbox_element_ptr{x};
  }

  /// Takes `x` back if it is this thread's innermost passage that led it to
  /// `receiver`. Only to be called by `receiver`.
  static bool hand_back(caf::mailbox_element_ptr& x,
                        const caf::actor_control_block& receiver) noexcept;

  /// Releases `x` when no passage leads there any more: at once, or else when
  /// the last one ends.
  /// @pre no passage can newly enter it.
  static void retire(caf::strong_actor_ptr x);

  /// Number of actors that wait for the end of a passage.
  static size_t waiting() noexcept {
    return retired.load(std::memory_order_relaxed);
  }

private:
  /// On a cache line of its own, because its thread writes it all the time.
  struct alignas(CAF_CACHE_LINE_SIZE) gate {
    std::atomic<caf::actor_control_block*> target = nullptr;
    caf::mailbox_element* returned = nullptr;
    /// That of a passage within this one; made when it is needed.
    gate* inner = nullptr;
    /// The next one of all threads, in the order of registration.
    gate* next = nullptr;
    std::atomic<bool> in_use = true;
  };

  struct registry;

  struct thread_end;

  static gate* make_gate() noexcept;

  static bool leads_to(const caf::actor_control_block* x) noexcept;

  static void release_retired() noexcept;

  static std::atomic<size_t> retired;

  static constinit thread_local gate* next_gate;

  static constinit thread_local gate* open_gate;

  gate* gate_;
  gate* outer_;
};

} // namespace troupe
