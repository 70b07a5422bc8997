// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "caf/actor_control_block.hpp"

/// The word that says where the messages of a child go: the incarnation's
/// address with its state in the lowest bits.
namespace troupe::handle_state {

/// No incarnation: messages wait.
constexpr uintptr_t none = 0;

/// No incarnation for ever: messages are refused.
constexpr uintptr_t closed = 4;

/// The incarnation has ended: messages wait.
constexpr uintptr_t ended_bit = 1;

/// The incarnation gets what has waited: messages wait.
constexpr uintptr_t flushing_bit = 2;

constexpr uintptr_t bits = 7;

inline uintptr_t up(caf::actor_control_block* x) noexcept {
  return reinterpret_cast<uintptr_t>(x);
}

inline uintptr_t ended(caf::actor_control_block* x) noexcept {
  return up(x) | ended_bit;
}

inline uintptr_t flushing(caf::actor_control_block* x) noexcept {
  return up(x) | flushing_bit;
}

constexpr bool has_actor(uintptr_t x) noexcept {
  return x > bits;
}

/// Whether messages go to the incarnation.
constexpr bool is_up(uintptr_t x) noexcept {
  return has_actor(x) && (x & bits) == 0;
}

constexpr bool has_ended(uintptr_t x) noexcept {
  return has_actor(x) && (x & ended_bit) != 0;
}

constexpr bool is_flushing(uintptr_t x) noexcept {
  return has_actor(x) && (x & flushing_bit) != 0;
}

inline caf::actor_control_block* actor(uintptr_t x) noexcept {
  return reinterpret_cast<caf::actor_control_block*>(x & ~bits);
}

} // namespace troupe::handle_state
