// SPDX-License-Identifier: Apache-2.0

#include "port/futex.hpp"

#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::port {

namespace {

static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t));

void wait(std::atomic<uint32_t>& word, uint32_t expected,
          const timespec* timeout) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAIT_PRIVATE,
          expected, timeout, nullptr, 0);
}

} // namespace

void futex_wait(std::atomic<uint32_t>& word, uint32_t expected) {
  wait(word, expected, nullptr);
}

void futex_wait_for(std::atomic<uint32_t>& word, uint32_t expected,
                    std::chrono::nanoseconds timeout) {
  auto secs = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  timespec ts{};
  ts.tv_sec = secs.count();
  ts.tv_nsec = (timeout - secs).count();
  wait(word, expected, &ts);
}

void futex_wake(std::atomic<uint32_t>& word) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAKE_PRIVATE, 1,
          nullptr, nullptr, 0);
}

} // namespace troupe::port
