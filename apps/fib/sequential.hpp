// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "summary.hpp"
#include "task_list.hpp"

namespace fib_app {

/// Makes all calls in one go on the calling thread.
///
/// An event loop on that thread would stand still meanwhile: its ticker gets
/// its next tick only when all is done, so that the gap is the whole phase.
sequential_phase run_sequential(const task_list& tasks);

} // namespace fib_app
