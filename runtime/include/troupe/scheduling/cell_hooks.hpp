// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <utility>

#include "caf/actor_control_block.hpp"
#include "caf/fwd.hpp"

namespace troupe {

struct salvage;

/// What the owner of a cell, such as a supervisor's handle, puts into it before
/// it starts: a function that is called with what is left when the cell ends.
/// A value; holds its owner weakly and does nothing once that is gone.
class cell_hooks {
public:
  /// Called once, in the thread of the cell that ends, before anybody is told
  /// about the end; must not throw.
  using function = void (*)(caf::abstract_actor& owner, uint64_t generation,
                            salvage& found);

  /// No hooks.
  cell_hooks() = default;

  cell_hooks(caf::weak_actor_ptr owner, uint64_t generation, function f)
      : owner_(std::move(owner)), generation_(generation), f_(f) {
    // nop
  }

  explicit operator bool() const noexcept {
    return f_ != nullptr;
  }

  void operator()(salvage& found) const {
    if (auto owner = f_ != nullptr ? owner_.lock() : nullptr)
      f_(*owner->get(), generation_, found);
  }

private:
  caf::weak_actor_ptr owner_;
  uint64_t generation_ = 0;
  function f_ = nullptr;
};

/// Returns whether `x` is a cell with hooks. Thread-safe.
bool has_hooks(const caf::actor& x);

} // namespace troupe
