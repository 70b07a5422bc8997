// SPDX-License-Identifier: Apache-2.0

#include "base/type_name.hpp"

#include <cstdlib>
#include <memory>

#include <cxxabi.h>

namespace troupe {

std::string type_name(const std::type_info& x) {
  auto release = [](char* ptr) { std::free(ptr); };
  auto status = 0;
  std::unique_ptr<char, decltype(release)> result{
      abi::__cxa_demangle(x.name(), nullptr, nullptr, &status), release};
  return status == 0 ? result.get() : x.name();
}

std::string type_name_of_current_exception() {
  auto type = abi::__cxa_current_exception_type();
  return type != nullptr ? type_name(*type) : std::string{};
}

} // namespace troupe
