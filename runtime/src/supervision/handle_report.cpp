// SPDX-License-Identifier: Apache-2.0

#include "supervision/handle_report.hpp"

namespace troupe {

std::string to_string(handle_notice x) {
  switch (x) {
    case handle_notice::in_flight_lost:
      return "in_flight_lost";
    case handle_notice::in_flight_retried:
      return "in_flight_retried";
    case handle_notice::in_flight_quarantined:
      return "in_flight_quarantined";
    case handle_notice::refused:
      return "refused";
    case handle_notice::discarded:
      return "discarded";
  }
  return "unknown";
}

} // namespace troupe
