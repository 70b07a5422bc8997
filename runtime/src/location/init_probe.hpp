// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>

#include "caf/actor.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"

namespace troupe {

/// Whether `x` is a blocking actor, which has no init function and answers
/// nothing by itself.
bool is_blocking(const caf::actor& x);

/// Has `self` call `done` once the init function of `x` has run, with `x`, or
/// with the reason why there is no actor any more. A blocking actor counts as
/// started at once.
/// @param x An actor that does not acknowledge its start by itself.
void await_init(caf::event_based_actor* self, const caf::actor& x,
                std::function<void(caf::expected<caf::actor>)> done);

} // namespace troupe
