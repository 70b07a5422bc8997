// SPDX-License-Identifier: Apache-2.0

#include "link/grpc_log.hpp"

#include <cstdlib>
#include <mutex>
#include <string_view>

#include <grpc/support/log.h>

#include "link/link_log.hpp"

namespace troupe {

namespace {

void log(gpr_log_func_args* x) {
  std::string_view text = x->message;
  // Nodes are known by their names, not by those of hosts.
  if (x->severity != GPR_LOG_SEVERITY_ERROR
      || text.starts_with("No match found for server name"))
    return;
  log_link_line(text);
}

} // namespace

void tame_grpc_log() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (std::getenv("GRPC_VERBOSITY") == nullptr)
      gpr_set_log_function(log);
  });
}

} // namespace troupe
