// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <utility>

#include "caf/abstract_actor.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/fwd.hpp"

namespace troupe {

struct salvage;

/// An actor that is told what is left when a cell ends.
class cell_owner : public caf::abstract_actor {
public:
  /// Called once, in the thread of the cell that ends, before anybody is told
  /// about the end; must not throw.
  virtual void salvaged(salvage& found) = 0;

protected:
  using caf::abstract_actor::abstract_actor;
};

/// What the owner of a cell, such as a supervisor's handle, puts into it before
/// it starts. A value; holds its owner weakly and does nothing once that is
/// gone.
class cell_hooks {
public:
  /// No hooks.
  cell_hooks() = default;

  /// @pre the actor is a `cell_owner`
  explicit cell_hooks(caf::weak_actor_ptr owner) : owner_(std::move(owner)) {
    // nop
  }

  explicit operator bool() const noexcept {
    return owner_ != nullptr;
  }

  const caf::weak_actor_ptr& owner() const noexcept {
    return owner_;
  }

  void operator()(salvage& found) const;

private:
  caf::weak_actor_ptr owner_;
};

/// Returns whether `x` is a cell with hooks. Thread-safe.
bool has_hooks(const caf::actor& x);

} // namespace troupe
