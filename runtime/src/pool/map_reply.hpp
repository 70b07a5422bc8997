// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "caf/error.hpp"

#include "pool/map_plan.hpp"

namespace troupe {

/// What an error means that came in place of a piece's results.
enum class setback : uint8_t {
  /// The task failed.
  task = 1,
  /// The worker does not know batches.
  not_understood,
  /// It is not known which task of the batch failed.
  batch,
  /// The batch has too many bytes.
  too_large,
  /// The pool's queue is full.
  no_room,
  /// All tasks will end like this one, or must.
  everything,
};

setback setback_of(const caf::error& x, map_piece::kind how);

} // namespace troupe
