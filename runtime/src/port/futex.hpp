// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace troupe::port {

/// Sleeps while `*word == expected`. May return early.
void futex_wait(std::atomic<uint32_t>& word, uint32_t expected);

/// Sleeps while `*word == expected`, at most for `timeout`. May return early.
void futex_wait_for(std::atomic<uint32_t>& word, uint32_t expected,
                    std::chrono::nanoseconds timeout);

/// Wakes one thread that sleeps on `word`.
void futex_wake(std::atomic<uint32_t>& word);

} // namespace troupe::port
