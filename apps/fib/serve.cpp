// SPDX-License-Identifier: Apache-2.0

#include "serve.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "common/whereabouts.hpp"

namespace fib_app {

void serve(const troupe::node& node, const troupe::node_options& options,
           const task_counter& answered, app::interruption& stop) {
  stop.in_order();
  fmt::print("serving as {} with {} worker{}\n",
             app::whereabouts(node, options), options.workers,
             options.workers == 1 ? "" : "s");
  std::fflush(stdout);
  stop.wait();
  auto done = answered->load();
  fmt::print("stopped after {} task{}\n", done, done == 1 ? "" : "s");
}

} // namespace fib_app
