// SPDX-License-Identifier: Apache-2.0

#include "web/event_stream.hpp"

namespace web {

std::string server_sent_event(std::string_view name, std::string_view data) {
  std::string result = "event: ";
  result += name;
  result += "\ndata: ";
  for (auto c : data) {
    // A carriage return ends a line there, too.
    if (c == '\n' || c == '\r')
      result += "\ndata: ";
    else
      result += c;
  }
  result += "\n\n";
  return result;
}

std::string keep_alive_comment() {
  return ":\n\n";
}

} // namespace web
