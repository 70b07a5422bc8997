// SPDX-License-Identifier: Apache-2.0

#include "common/perform.hpp"

#include <fmt/format.h>

#include "common/exit_deadline.hpp"
#include "common/refuse.hpp"

namespace app {

exit_code break_off(workshop& shop, size_t done, size_t total) {
  shop.bar().clear();
  auto code = shop.stop().code();
  exit_at_the_latest(std::chrono::seconds{1}, code);
  return refuse(code, fmt::format("stopped, {} of {} tasks done", done, total));
}

exit_code break_off(workshop& shop, const delivery_failed& why) {
  shop.bar().clear();
  exit_at_the_latest(std::chrono::seconds{5}, exit_code::failed);
  return refuse(exit_code::failed, "a task failed: " + why.reason);
}

} // namespace app
