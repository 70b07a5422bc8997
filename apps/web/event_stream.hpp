// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace web {

constexpr auto event_stream_type = "text/event-stream";

/// Returns a server-sent event with text of one or more lines.
std::string server_sent_event(std::string_view name, std::string_view data);

/// Returns what keeps a silent stream open and shows whether the client is
/// still there.
std::string keep_alive_comment();

} // namespace web
