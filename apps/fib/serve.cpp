// SPDX-License-Identifier: Apache-2.0

#include "serve.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "troupe/base/address.hpp"

namespace fib_app {

std::string whereabouts(const troupe::node& node,
                        const troupe::node_options& options) {
  if (!options.listen)
    return node.name();
  auto where = troupe::parse_address(*options.listen);
  if (!where)
    return node.name();
  where->port = node.port();
  return fmt::format("{} on {}", node.name(), to_string(*where));
}

void serve(const troupe::node& node, const troupe::node_options& options,
           const task_counter& answered, interruption& stop) {
  stop.in_order();
  fmt::print("serving as {} with {} worker{}\n", whereabouts(node, options),
             options.workers, options.workers == 1 ? "" : "s");
  std::fflush(stdout);
  stop.wait();
  auto done = answered->load();
  fmt::print("stopped after {} task{}\n", done, done == 1 ? "" : "s");
}

} // namespace fib_app
