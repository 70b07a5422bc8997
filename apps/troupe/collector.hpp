// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

namespace cli {

/// Sends spans to an OTLP collector.
/// @param url `http://HOST:PORT`, or with a path in place of `/v1/traces`.
/// @returns why they were not taken, for people; empty if they were.
std::string post_spans(const std::string& url, const std::string& body);

} // namespace cli
