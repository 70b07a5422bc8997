// SPDX-License-Identifier: Apache-2.0

#include "common/page.hpp"

#include <cstdlib>

#include <unistd.h>

namespace app {

colours colours_of_stdout() {
  auto* no_color = std::getenv("NO_COLOR");
  auto refused = no_color != nullptr && *no_color != '\0';
  return !refused && isatty(STDOUT_FILENO) == 1 ? colours::on : colours::off;
}

} // namespace app
