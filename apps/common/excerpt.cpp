// SPDX-License-Identifier: Apache-2.0

#include "common/excerpt.hpp"

#include <fmt/format.h>

namespace app {

std::string excerpt(std::string_view text) {
  constexpr size_t limit = 40;
  std::string result = "\"";
  for (auto c : text.substr(0, limit)) {
    if (c >= ' ' && c <= '~')
      result += c;
    else
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  result += text.size() > limit ? "...\"" : "\"";
  return result;
}

} // namespace app
