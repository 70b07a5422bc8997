// SPDX-License-Identifier: Apache-2.0

#include "support/deterministic.hpp"

#include <string>

namespace troupe::test {

deterministic::deterministic(const configure& f)
    : system_({.configure = f, .on_leak = [](const std::string& text) {
                 ADD_FAILURE() << text << " at the end of the test";
               }}) {
  // nop
}

deterministic::~deterministic() {
  // nop
}

} // namespace troupe::test
