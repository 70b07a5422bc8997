// SPDX-License-Identifier: Apache-2.0

#include "troupe/observe/otlp.hpp"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "observe/formats.hpp"

namespace troupe {

namespace {

using nlohmann::ordered_json;

// As in opentelemetry/proto/trace/v1/trace.proto.
constexpr int span_kind_internal = 1;
constexpr int span_kind_consumer = 5;
constexpr int status_code_error = 2;

std::string hex(uint64_t x) {
  return fmt::format("{:016x}", x);
}

/// Numbers of 64 bits are texts in protobuf's JSON.
std::string nanoseconds(caf::timestamp x) {
  return fmt::to_string(x.time_since_epoch().count());
}

ordered_json attribute(const char* key, const std::string& value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}

ordered_json attribute(const char* key, uint64_t value) {
  return {{"key", key}, {"value", {{"intValue", fmt::to_string(value)}}}};
}

ordered_json otlp_span(const trace_span& x) {
  ordered_json result{
      {"traceId", trace_id(x)},
      {"spanId", hex(x.id)},
      {"name", x.name},
      {"kind", x.actor_id != 0 ? span_kind_consumer : span_kind_internal},
      {"startTimeUnixNano", nanoseconds(x.start)},
      {"endTimeUnixNano", nanoseconds(x.start + x.duration)},
      {"attributes",
       {attribute("troupe.actor", x.actor),
        attribute("troupe.actor_id", x.actor_id),
        attribute("troupe.waited_ns",
                  static_cast<uint64_t>(x.waited.count()))}},
  };
  if (x.parent != 0)
    result["parentSpanId"] = hex(x.parent);
  if (!x.error.empty())
    result["status"] = {{"code", status_code_error}, {"message", x.error}};
  return result;
}

} // namespace

std::string trace_id(const trace_span& x) {
  return hex(x.trace_high) + hex(x.trace_low);
}

std::string to_otlp(const std::vector<node_spans>& xs,
                    const std::string& service) {
  auto resources = ordered_json::array();
  for (auto& x : xs) {
    if (x.spans.empty())
      continue;
    auto spans = ordered_json::array();
    for (auto& y : x.spans)
      spans.push_back(otlp_span(y));
    auto attributes =
        ordered_json::array({attribute("service.name", service),
                             attribute("service.instance.id", x.node)});
    auto scopes = ordered_json::array();
    scopes.push_back({{"scope", {{"name", "troupe"}}}, {"spans", spans}});
    resources.push_back(
        {{"resource", {{"attributes", attributes}}}, {"scopeSpans", scopes}});
  }
  return to_line({{"resourceSpans", resources}});
}

} // namespace troupe
