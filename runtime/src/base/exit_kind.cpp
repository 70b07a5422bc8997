// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/exit_kind.hpp"

#include "caf/exit_reason.hpp"

namespace troupe {

std::string to_string(exit_kind x) {
  switch (x) {
    case exit_kind::normal:
      return "normal";
    case exit_kind::shutdown:
      return "shutdown";
    case exit_kind::failure:
      return "failure";
    case exit_kind::killed:
      return "killed";
  }
  return "unknown";
}

exit_kind kind_of(const caf::error& reason) {
  if (!reason)
    return exit_kind::normal;
  if (reason == caf::exit_reason::user_shutdown)
    return exit_kind::shutdown;
  if (reason == caf::exit_reason::kill)
    return exit_kind::killed;
  return exit_kind::failure;
}

} // namespace troupe
