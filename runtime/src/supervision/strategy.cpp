// SPDX-License-Identifier: Apache-2.0

#include "supervision/strategy.hpp"

namespace troupe {

std::optional<place_id> first_of_group(supervision_strategy x,
                                       const place_table& places,
                                       place_id failed) {
  switch (x) {
    case supervision_strategy::one_for_all:
      return places.first();
    case supervision_strategy::rest_for_one:
      return failed;
    case supervision_strategy::one_for_one:
    case supervision_strategy::dynamic:
      break;
  }
  return std::nullopt;
}

bool stops_in_parallel(supervision_strategy x) {
  return x == supervision_strategy::dynamic;
}

bool keeps_places(supervision_strategy x) {
  return x != supervision_strategy::dynamic;
}

} // namespace troupe
