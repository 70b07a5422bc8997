// SPDX-License-Identifier: Apache-2.0

#include "supervision/waiting_queue.hpp"

#include <iterator>
#include <utility>

namespace troupe {

namespace {

template <class Elements>
void prepend(waiting_queue::batch& dest, Elements& xs) {
  dest.insert(dest.begin(), std::make_move_iterator(xs.begin()),
              std::make_move_iterator(xs.end()));
}

} // namespace

void waiting_queue::put_salvaged(std::vector<element> xs) {
  prepend(salvaged_, xs);
}

void waiting_queue::put_back(batch xs) {
  prepend(arrived_, xs);
}

waiting_queue::batch waiting_queue::take() {
  auto result = std::exchange(salvaged_, {});
  if (result.empty())
    return std::exchange(arrived_, {});
  result.insert(result.end(), std::make_move_iterator(arrived_.begin()),
                std::make_move_iterator(arrived_.end()));
  arrived_.clear();
  return result;
}

} // namespace troupe
