// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "troupe/scheduling/trace.hpp"

namespace troupe {

/// While one lives, what this thread sends belongs to a trace as with
/// `trace_scope`, or to none at all. For actors that send for somebody whose
/// message they have kept, while they handle somebody else's.
class trace_switch {
public:
  explicit trace_switch(const std::optional<trace_context>& x) noexcept;

  ~trace_switch();

  trace_switch(const trace_switch&) = delete;
  trace_switch& operator=(const trace_switch&) = delete;

private:
  trace_context here_;
  const trace_context* outer_;
};

} // namespace troupe
