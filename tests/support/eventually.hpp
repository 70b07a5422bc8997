// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <thread>

namespace troupe::test {

/// Waits until `predicate` holds, looking again every few milliseconds.
/// @returns whether it held before `deadline` had passed.
template <class Predicate>
[[nodiscard]] bool eventually(std::chrono::milliseconds deadline,
                              Predicate predicate) {
  using clock = std::chrono::steady_clock;
  auto end = clock::now() + deadline;
  while (!predicate()) {
    if (clock::now() >= end)
      return predicate();
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

} // namespace troupe::test
