// SPDX-License-Identifier: Apache-2.0

#include "troupe/location/starter.hpp"

namespace troupe {

std::string to_string(isolation x) {
  switch (x) {
    case isolation::pooled:
      return "pooled";
    case isolation::thread:
      return "thread";
    case isolation::node:
      return "node";
  }
  return "unknown";
}

} // namespace troupe
