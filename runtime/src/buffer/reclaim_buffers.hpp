// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/type_erased_tuple.hpp"

namespace troupe {

/// Makes the owned buffers of a message those of whoever looks at them next.
/// The process that they were lent to is gone, and had not looked at them.
void reclaim_buffers(const caf::type_erased_tuple& message);

} // namespace troupe
