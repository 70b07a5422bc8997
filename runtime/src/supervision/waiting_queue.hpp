// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "caf/mailbox_element.hpp"

namespace troupe {

/// The messages that wait for the next incarnation of a child, in the order in
/// which it must get them: first what comes out of the mailbox of the last one,
/// then what could not be handed to it any more, then what has arrived since.
/// A pure value.
class waiting_queue {
public:
  using element = caf::mailbox_element_ptr;
  using batch = std::deque<element>;

  /// Whether a new message is refused.
  bool is_full(size_t limit) const noexcept {
    return size() + charged_ >= limit;
  }

  void push_back(element x) {
    arrived_.push_back(std::move(x));
  }

  /// Puts in front of all what was in the mailbox of an incarnation that has
  /// ended.
  void put_salvaged(std::vector<element> xs);

  /// Puts in front of all but the salvaged what is left of a batch.
  void put_back(batch xs);

  /// Takes all.
  batch take();

  /// Lets `n` messages that were taken count as waiting until `settle`, so that
  /// those who take and those who add come to an end.
  void charge(size_t n) noexcept {
    charged_ += n;
  }

  void settle() noexcept {
    charged_ = 0;
  }

  bool empty() const noexcept {
    return salvaged_.empty() && arrived_.empty();
  }

  size_t size() const noexcept {
    return salvaged_.size() + arrived_.size();
  }

private:
  batch salvaged_;
  batch arrived_;
  size_t charged_ = 0;
};

} // namespace troupe
