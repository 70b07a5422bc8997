// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/mapper.hpp"

#include <exception>

#include "base/type_name.hpp"

namespace troupe::detail {

caf::error failure_of_current_exception() {
  try {
    throw;
  } catch (const std::exception& e) {
    return make_error(errc::task_failed, e.what());
  } catch (...) {
    return make_error(errc::task_failed, type_name_of_current_exception());
  }
}

} // namespace troupe::detail
