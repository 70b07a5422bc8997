// SPDX-License-Identifier: Apache-2.0

#include "common/exit_deadline.hpp"

#include <cstdlib>
#include <thread>

namespace app {

void exit_at_the_latest(caf::timespan patience, exit_code code) {
  std::thread{[=] {
    std::this_thread::sleep_for(patience);
    std::_Exit(static_cast<int>(code));
  }}.detach();
}

} // namespace app
