// SPDX-License-Identifier: Apache-2.0

#include "common/whereabouts.hpp"

#include <fmt/format.h>

#include "troupe/base/address.hpp"

namespace app {

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

} // namespace app
