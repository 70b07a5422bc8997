// SPDX-License-Identifier: Apache-2.0

#include "troupe/observe/plain_text.hpp"

#include <cstdint>
#include <iterator>
#include <optional>

#include <fmt/format.h>

namespace troupe {

namespace {

struct code_point {
  uint32_t value;
  size_t size;
};

/// Reads the first character of `x`, if it is valid UTF-8 (RFC 3629).
std::optional<code_point> read(std::string_view x) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(x[i]); };
  auto first = byte(0);
  if (first < 0x80)
    return code_point{first, 1};
  size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || x.size() < size)
    return std::nullopt;
  uint32_t value = first & (0xFF >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80)
      return std::nullopt;
    value = value << 6 | (byte(i) & 0x3F);
  }
  auto overlong = (size == 3 && value < 0x800) || (size == 4 && value < 65'536);
  auto surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10'FFFF)
    return std::nullopt;
  return code_point{value, size};
}

bool is_control(uint32_t x) {
  return x < 0x20 || (x >= 0x7F && x < 0xA0);
}

/// Whether `x` changes lines or the direction of text, or cannot be seen.
bool is_deceptive(uint32_t x) {
  return (x >= 0x200B && x <= 0x200F) || (x >= 0x2028 && x <= 0x202E)
         || (x >= 0x2060 && x <= 0x206F) || x == 0xFEFF;
}

} // namespace

std::string plain_text(std::string_view x, size_t max_bytes) {
  std::string result;
  auto out = std::back_inserter(result);
  while (!x.empty()) {
    if (result.size() >= max_bytes) {
      result += "...";
      break;
    }
    auto next = read(x);
    if (!next) {
      fmt::format_to(out, "\\x{:02x}", static_cast<uint8_t>(x.front()));
      x.remove_prefix(1);
      continue;
    }
    auto [value, size] = *next;
    if (value == '\n')
      result += "\\n";
    else if (value == '\t')
      result += "\\t";
    else if (is_control(value))
      fmt::format_to(out, "\\x{:02x}", value);
    else if (is_deceptive(value))
      fmt::format_to(out, "\\u{:04x}", value);
    else
      result += x.substr(0, size);
    x.remove_prefix(size);
  }
  return result;
}

} // namespace troupe
