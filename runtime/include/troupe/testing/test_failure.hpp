// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <stdexcept>

namespace troupe {

/// What the classes of this folder throw when a test went wrong; the text says
/// what was expected and what there was instead. Every test framework reports
/// it, none is needed.
class test_failure : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace troupe
