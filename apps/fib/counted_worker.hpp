// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

namespace fib_app {

using task_counter = std::shared_ptr<std::atomic<uint64_t>>;

/// A `troupe::fib_worker` that counts what it answers, errors included.
caf::behavior counted_worker(caf::event_based_actor* self,
                             task_counter answered);

} // namespace fib_app
