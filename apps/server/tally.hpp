// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "web/server.hpp"

#include "job.hpp"

namespace server_app {

/// Counts answers by route and status. May be used by several threads.
class tally {
public:
  /// `route` is one of the few paths that there are, as in `/jobs/{id}`.
  void count(const std::string& route, int status);

  /// As in the exposition format of Prometheus.
  std::string text() const;

private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, uint64_t> answers_;
};

/// What is told beside a tally.
struct measures {
  web::server_stats http = {};
  std::map<job_state, size_t> jobs = {};
};

/// @relates measures
std::string exposition(const measures& x);

} // namespace server_app
