// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "caf/fwd.hpp"

namespace troupe {

/// Does the work of a worker process, if this process was started as one.
///
/// A program that uses `process_host` calls it first thing in `main`, with the
/// actor types registered that may be started:
///
///     int main(int argc, char** argv) {
///       troupe::config cfg;
///       cfg.add_actor_type("fib", fib_worker);
///       if (auto code = troupe::run_as_worker(cfg, argc, argv))
///         return *code;
///       // The program.
///     }
///
/// REQUIRES: no thread was started and nothing was printed before; `cfg` is a
/// `troupe::config`.
/// @returns nothing in a process that is no worker, at once; an exit code if it
///          could not join. A worker that has done its work ends inside, after
///          its standard streams were flushed, without destroying static
///          objects.
std::optional<int> run_as_worker(caf::actor_system_config& cfg, int argc,
                                 const char* const* argv);

} // namespace troupe
