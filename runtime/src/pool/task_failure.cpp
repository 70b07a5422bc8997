// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/task_failure.hpp"

#include <fmt/format.h>

namespace troupe {

std::string describe(const task_failure& x) {
  return fmt::format("task {} failed on input {}: {}", x.index, x.input,
                     describe(x.reason));
}

} // namespace troupe
