// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/routing.hpp"

namespace troupe {

std::string to_string(routing x) {
  switch (x) {
    case routing::round_robin:
      return "round_robin";
    case routing::least_loaded:
      return "least_loaded";
    case routing::consistent_hash:
      return "consistent_hash";
    case routing::random:
      return "random";
  }
  return "unknown";
}

} // namespace troupe
