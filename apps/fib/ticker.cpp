// SPDX-License-Identifier: Apache-2.0

#include "ticker.hpp"

#include <thread>

namespace fib_app {

ticker::ticker(caf::timespan period)
    : period_(period), last_(clock::now()), deadline_(last_ + period) {
  // nop
}

void ticker::wait() {
  std::this_thread::sleep_until(deadline_);
  auto now = clock::now();
  gaps_.record(now - last_);
  last_ = now;
  auto missed = (now - deadline_) / period_;
  deadline_ += (missed + 1) * period_;
}

} // namespace fib_app
