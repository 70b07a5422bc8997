// SPDX-License-Identifier: Apache-2.0

#include "refuse.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace fib_app {

exit_code refuse(exit_code code, const std::string& text) {
  fmt::print(stderr, "fib: {}\n", text);
  return code;
}

} // namespace fib_app
