// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/error.hpp"
#include "caf/message.hpp"

#include "troupe/scheduling/detail/checkpoint_box.hpp"

namespace troupe {

/// Tells a supervisor, as `(checkpoint_atom, checkpoint_note)`, that a child
/// has a new checkpoint, or made one that was refused. However many a child
/// makes, at most one note of each incarnation waits, and it leads to the
/// newest.
class checkpoint_note {
public:
  checkpoint_note() = default;

  checkpoint_note(std::string child, uint64_t generation,
                  std::shared_ptr<detail::checkpoint_box> box)
      : child_(std::move(child)),
        generation_(generation),
        box_(std::move(box)) {
    // nop
  }

  /// Id of the child.
  const std::string& child() const noexcept {
    return child_;
  }

  uint64_t generation() const noexcept {
    return generation_;
  }

  /// Takes why the last one that was refused was refused; empty if none was.
  /// To be called before `take`.
  caf::error take_refusal() const {
    return box_ != nullptr ? box_->take_refusal() : caf::error{};
  }

  /// Takes the newest checkpoint out; empty if there is no new one. The child
  /// sends another note when it makes the next one.
  caf::message take() const {
    return box_ != nullptr ? box_->take() : caf::message{};
  }

private:
  std::string child_;
  uint64_t generation_ = 0;
  std::shared_ptr<detail::checkpoint_box> box_;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::checkpoint_note)
