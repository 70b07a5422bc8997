// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "troupe/observe/trace_page.hpp"

namespace troupe {

/// Returns spans as an `ExportTraceServiceRequest` of OpenTelemetry in JSON, on
/// one line: what OTLP collectors take at `/v1/traces`, and read from files
/// with one such line for each batch. Each node is a service instance of
/// `service`.
std::string to_otlp(const std::vector<node_spans>& x,
                    const std::string& service);

} // namespace troupe
