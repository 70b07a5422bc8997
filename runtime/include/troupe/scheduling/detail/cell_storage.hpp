// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <new>
#include <utility>

#include "caf/actor_control_block.hpp"
#include "caf/actor_system.hpp"

#include "troupe/scheduling/detail/block_cache.hpp"

namespace troupe::detail {

/// An actor with its control block in recycled memory; laid out like
/// `caf::actor_storage`.
template <class T>
struct cell_storage {
  template <class... Ts>
  static caf::strong_actor_ptr make(caf::actor_system& sys, Ts&&... xs) {
    auto memory = block_cache::allocate(sizeof(cell_storage));
    try {
      auto ptr = new (memory) cell_storage(sys, std::forward<Ts>(xs)...);
      return {&ptr->ctrl, false};
    } catch (...) {
      block_cache::release(memory, sizeof(cell_storage));
      throw;
    }
  }

  caf::actor_control_block ctrl;
  char pad[CAF_CACHE_LINE_SIZE - sizeof(caf::actor_control_block)];
  union {
    T data;
  };

private:
  template <class... Ts>
  explicit cell_storage(caf::actor_system& sys, Ts&&... xs)
      : cell_storage(sys.next_actor_id(), sys.node(), sys,
                     std::forward<Ts>(xs)...) {
    // nop
  }

  template <class... Ts>
  cell_storage(caf::actor_id id, caf::node_id node, caf::actor_system& sys,
               Ts&&... xs)
      : ctrl(id, node, &sys, &destroy_data, &destroy_block) {
    new (&data) T(std::forward<Ts>(xs)...);
  }

  ~cell_storage() {
    // nop
  }

  static void destroy_data(caf::abstract_actor* ptr) {
    ptr->on_destroy();
    static_cast<T*>(ptr)->~T();
  }

  static void destroy_block(caf::actor_control_block* ptr) {
    auto self = reinterpret_cast<cell_storage*>(ptr);
    self->~cell_storage();
    block_cache::release(self, sizeof(cell_storage));
  }
};

} // namespace troupe::detail
