// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

namespace troupe {

/// Returns the number of cores on which the calling thread may run, at least 1:
/// what `taskset` or a container's core set permits. A quota of processor time
/// (`cpu.max` of a control group) is not considered.
size_t usable_cores();

} // namespace troupe
