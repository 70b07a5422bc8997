// SPDX-License-Identifier: Apache-2.0

#include "traced_request.hpp"

#include <utility>

namespace server_app {

traced_request::traced_request(caf::actor_system& sys, const web::request& in,
                               const std::string& route)
    : sys_(sys) {
  auto head = in.headers.find("traceparent");
  if (head == in.headers.end())
    return;
  auto caller = troupe::parse_traceparent(head->second);
  if (!caller)
    return;
  auto here = troupe::new_span(*caller);
  span_ = troupe::trace_span{.trace_high = here.trace_high,
                             .trace_low = here.trace_low,
                             .id = here.span,
                             .parent = caller->span,
                             .name = in.method + " " + route,
                             .actor = "http",
                             .start = caf::make_timestamp()};
  scope_.emplace(here);
}

traced_request::~traced_request() {
  if (!span_)
    return;
  span_->duration = caf::make_timestamp() - span_->start;
  troupe::report(sys_, std::move(*span_));
}

void traced_request::answered(int status) {
  if (span_ && status >= 500)
    span_->error = "status " + std::to_string(status);
}

} // namespace server_app
