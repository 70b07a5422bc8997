// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

namespace app {

/// Does the work of a worker process, if this is one: see
/// `troupe::run_as_worker`. Knows all actor types of actors/. First thing in
/// `main`.
std::optional<int> run_as_worker(int argc, const char* const* argv);

} // namespace app
