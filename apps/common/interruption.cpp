// SPDX-License-Identifier: Apache-2.0

#include "common/interruption.hpp"

#include <csignal>
#include <cstdlib>

namespace app {

namespace {

exit_code code_of(int signal) {
  return signal == SIGINT ? exit_code::interrupted : exit_code::terminated;
}

} // namespace

interruption::interruption()
    : signal_([this](int signal) {
        if (at_once_)
          std::_Exit(static_cast<int>(code_of(signal)));
      }) {
  // nop
}

void interruption::in_order() noexcept {
  at_once_ = false;
}

bool interruption::requested() const noexcept {
  return signal_.requested();
}

void interruption::wait() const {
  signal_.wait();
}

exit_code interruption::code() const {
  return code_of(signal_.wait());
}

} // namespace app
