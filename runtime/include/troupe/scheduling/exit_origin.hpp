// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/fwd.hpp"

#include "troupe/base/death_reason.hpp"

namespace troupe {

/// Returns who told `x` to exit, as far as that is known: of a cell that a
/// starter has started and that has ended. To be called once the notice of its
/// end is there.
exit_origin exit_origin_of(const caf::actor& x);

} // namespace troupe
