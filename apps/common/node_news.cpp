// SPDX-License-Identifier: Apache-2.0

#include "common/node_news.hpp"

#include <fmt/format.h>

#include "common/human.hpp"

namespace app {

std::string news(const troupe::node_event& x) {
  switch (x.state) {
    case troupe::node_state::up:
      return fmt::format("node {} is up with {}", x.name,
                         plural(x.workers, "worker"));
    case troupe::node_state::joining:
      return {};
    case troupe::node_state::suspected:
      return fmt::format("node {} is silent: {}", x.name, x.reason);
    case troupe::node_state::leaving:
      return fmt::format("node {} is leaving", x.name);
    case troupe::node_state::lost:
      return fmt::format("node {} is lost: {}", x.name, x.reason);
    case troupe::node_state::left:
      return fmt::format("node {} left", x.name);
  }
  return {};
}

} // namespace app
