// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/pool_event.hpp"

namespace troupe {

std::string to_string(pool_event::kind x) {
  switch (x) {
    case pool_event::kind::up:
      return "up";
    case pool_event::kind::lost:
      return "lost";
    case pool_event::kind::given_up:
      return "given_up";
    case pool_event::kind::withdrawn:
      return "withdrawn";
  }
  return "unknown";
}

} // namespace troupe
