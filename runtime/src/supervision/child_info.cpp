// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/child_info.hpp"

namespace troupe {

std::string to_string(child_state x) {
  switch (x) {
    case child_state::empty:
      return "empty";
    case child_state::starting:
      return "starting";
    case child_state::up:
      return "up";
    case child_state::stopping:
      return "stopping";
    case child_state::waiting:
      return "waiting";
  }
  return "unknown";
}

} // namespace troupe
