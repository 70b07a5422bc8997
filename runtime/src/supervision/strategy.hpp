// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "supervision/place_table.hpp"
#include "troupe/supervision/supervisor_spec.hpp"

namespace troupe {

/// Returns the first of the children that have to be restarted together with
/// `failed`: it and all after it. Returns nothing if `failed` is restarted
/// alone.
std::optional<place_id> first_of_group(supervision_strategy x,
                                       const place_table& places,
                                       place_id failed);

/// Whether the children are stopped at the same time, rather than one after
/// another in reverse order.
bool stops_in_parallel(supervision_strategy x);

/// Whether a child that ends and is not restarted leaves a place behind that
/// may be filled again.
bool keeps_places(supervision_strategy x);

} // namespace troupe
