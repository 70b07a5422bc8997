// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "caf/error.hpp"
#include "caf/message.hpp"

#include "pool/task_store.hpp"
#include "pool/workload.hpp"
#include "troupe/pool/task_options.hpp"

namespace troupe {

/// The answers to the copies of one scattered task. A pure value.
class gathering {
public:
  gathering(return_address origin, spread mode, size_t quorum)
      : origin_(std::move(origin)), mode_(mode), quorum_(quorum) {
    // nop
  }

  /// Notes that a worker gets a copy. Copies are added in the order of their
  /// workers.
  void add(task_key copy) {
    positions_.emplace(copy, positions_.size());
    open_.insert(copy);
  }

  /// Takes the answer to a copy.
  /// @returns the answer to the whole, as soon as it is known.
  std::optional<caf::message> take(task_key copy, caf::message reply);

  /// Returns the copies that were not answered.
  const std::set<task_key>& open() const noexcept {
    return open_;
  }

  return_address& origin() noexcept {
    return origin_;
  }

private:
  std::optional<caf::message> failed(const caf::error& reason);

  return_address origin_;
  spread mode_;
  size_t quorum_;
  std::map<task_key, size_t> positions_;
  std::set<task_key> open_;
  std::map<size_t, caf::message> replies_;
  std::vector<caf::message> in_order_of_arrival_;
};

} // namespace troupe
