// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "caf/expected.hpp"
#include "caf/fwd.hpp"

namespace troupe::port {

/// Returns the number of bytes of `x` as serialized, or why it cannot be
/// serialized.
caf::expected<uint64_t> serialized_bytes(caf::actor_system& sys,
                                         const caf::message& x);

} // namespace troupe::port
