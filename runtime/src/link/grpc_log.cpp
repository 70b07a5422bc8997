// SPDX-License-Identifier: Apache-2.0

#include "link/grpc_log.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>

#include <grpc/support/log.h>

namespace troupe {

namespace {

constexpr int64_t lines_per_second = 10;

/// Returns whether there is room for one more line now.
bool within_limit() {
  using clock = std::chrono::steady_clock;
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  static std::atomic<int64_t> second = 0;
  static std::atomic<int64_t> lines = 0;
  auto now = duration_cast<seconds>(clock::now().time_since_epoch()).count();
  if (second.exchange(now) != now)
    lines = 0;
  return lines++ < lines_per_second;
}

void log(gpr_log_func_args* x) {
  std::string_view text = x->message;
  // Nodes are known by their names, not by those of hosts.
  if (x->severity != GPR_LOG_SEVERITY_ERROR
      || text.starts_with("No match found for server name"))
    return;
  if (within_limit())
    std::fprintf(stderr, "troupe.link: %s\n", x->message);
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
