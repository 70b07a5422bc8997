// SPDX-License-Identifier: Apache-2.0

#include "base/in_quotes.hpp"

#include <fmt/format.h>

namespace troupe {

std::string in_quotes(std::string_view x) {
  constexpr size_t max_shown = 80;
  std::string result = "\"";
  for (char ch : x.substr(0, max_shown)) {
    auto code = static_cast<unsigned char>(ch);
    if (ch == '"' || ch == '\\')
      result += {'\\', ch};
    else if (code < 0x20 || code == 0x7f)
      result += fmt::format("\\x{:02x}", code);
    else
      result += ch;
  }
  result += x.size() > max_shown ? "...\"" : "\"";
  return result;
}

} // namespace troupe
