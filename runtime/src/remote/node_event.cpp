// SPDX-License-Identifier: Apache-2.0

#include "troupe/remote/node_event.hpp"

namespace troupe {

std::string to_string(node_state x) {
  switch (x) {
    case node_state::joining:
      return "joining";
    case node_state::up:
      return "up";
    case node_state::suspected:
      return "suspected";
    case node_state::leaving:
      return "leaving";
    case node_state::lost:
      return "lost";
    case node_state::left:
      return "left";
  }
  return "unknown";
}

} // namespace troupe
