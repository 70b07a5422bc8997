// SPDX-License-Identifier: Apache-2.0

#include "port/asymmetric_fence.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::port {

namespace {

bool membarrier(int command) noexcept {
  return syscall(SYS_membarrier, command, 0, 0) == 0;
}

/// Once registered, always usable: before `main`, so that no thread ever sees
/// the switch while another one relies on a full light fence.
[[maybe_unused]] const bool registered = [] {
  auto ok = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  light_fence_is_full.store(!ok, std::memory_order_relaxed);
  return ok;
}();

} // namespace

constinit std::atomic<bool> light_fence_is_full = true;

void heavy_fence() noexcept {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!light_fence_is_full.load(std::memory_order_relaxed))
    membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

} // namespace troupe::port
