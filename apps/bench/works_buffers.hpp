// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "work.hpp"

namespace bench {

outcome buffer_thread(bool on_troupe);
outcome buffer_process(bool on_troupe);

/// Does the work of a worker process, if this is one.
std::optional<int> run_worker_process(int argc, const char* const* argv);

} // namespace bench
