// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/error.hpp"
#include "caf/fwd.hpp"

namespace troupe {

/// Tells the supervisor of `self`, if it has one, that a checkpoint was refused
/// because of `why`.
void tell_refused_checkpoint(caf::local_actor* self, caf::error why);

} // namespace troupe
