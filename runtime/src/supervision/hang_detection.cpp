// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/hang_detection.hpp"

namespace troupe {

std::string to_string(stuck_policy x) {
  switch (x) {
    case stuck_policy::warn:
      return "warn";
    case stuck_policy::cancel:
      return "cancel";
    case stuck_policy::replace:
      return "replace";
  }
  return "unknown";
}

} // namespace troupe
