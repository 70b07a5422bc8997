// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/exception_reason.hpp"

#include <typeinfo>

#include "troupe/base/errc.hpp"

namespace troupe {

caf::error exception_reason(std::exception_ptr& x) {
  try {
    std::rethrow_exception(x);
  } catch (const std::exception& e) {
    return make_error(errc::unhandled_exception, e.what());
  } catch (...) {
    return make_error(errc::unhandled_exception,
                      "an exception that is no std::exception");
  }
}

} // namespace troupe
