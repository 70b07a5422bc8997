// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fib_app {

/// The n of each task, 0 to `troupe::max_fib`, in the order of the input.
using task_list = std::vector<uint8_t>;

/// Tasks of one run at most. The program keeps a record of about 40 bytes per
/// task until its report is written.
inline constexpr size_t max_tasks = 10'000'000;

} // namespace fib_app
