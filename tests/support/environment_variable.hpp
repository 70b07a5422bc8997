// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdlib>
#include <string>
#include <utility>

namespace troupe::test {

/// A variable of the environment that is set as long as this object exists.
/// REQUIRES: it was not set before, and no other thread looks at the
/// environment.
class environment_variable {
public:
  environment_variable(std::string name, const std::string& value)
      : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);
  }

  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;

  ~environment_variable() {
    unsetenv(name_.c_str());
  }

private:
  std::string name_;
};

} // namespace troupe::test
