// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>

#include "caf/fwd.hpp"

#include "troupe/scheduling/trace.hpp"

#include "web/message.hpp"

namespace server_app {

/// While one lives, what this thread sends belongs to the trace that a request
/// names in its header `traceparent`, if that says that it is recorded. At its
/// end, tells of a span.
class traced_request {
public:
  traced_request(caf::actor_system& sys, const web::request& in,
                 const std::string& route);

  traced_request(const traced_request&) = delete;
  traced_request& operator=(const traced_request&) = delete;

  ~traced_request();

  void answered(int status);

private:
  caf::actor_system& sys_;
  std::optional<troupe::trace_span> span_;
  std::optional<troupe::trace_scope> scope_;
};

} // namespace server_app
