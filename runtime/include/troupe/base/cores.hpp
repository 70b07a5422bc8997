// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

namespace troupe {

/// Returns the number of cores that the calling thread may keep busy, at least
/// 1: those it may run on, as `taskset` or a container's core set permits, and
/// no more than the processor time that its control groups grant, rounded up.
size_t usable_cores();

} // namespace troupe
