// SPDX-License-Identifier: Apache-2.0

#include "common/whereabouts.hpp"

#include <fmt/format.h>

#include "troupe/base/address.hpp"

namespace app {

std::optional<std::string> listen_address(const troupe::node& node,
                                          const troupe::node_options& options) {
  if (!options.listen)
    return std::nullopt;
  auto result = troupe::parse_address(*options.listen);
  if (!result)
    return std::nullopt;
  result->port = node.port();
  return to_string(*result);
}

std::string whereabouts(const troupe::node& node,
                        const troupe::node_options& options) {
  if (auto address = listen_address(node, options))
    return fmt::format("{} on {}", node.name(), *address);
  return node.name();
}

} // namespace app
