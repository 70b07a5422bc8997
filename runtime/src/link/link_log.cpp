// SPDX-License-Identifier: Apache-2.0

#include "link/link_log.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string>

#include <fmt/format.h>

#include "link/line_limit.hpp"

namespace troupe {

namespace {

constexpr size_t lines_per_second = 10;

/// What a peer says of itself must not end a line or more.
std::string on_one_line(std::string_view text) {
  constexpr size_t max_bytes = 500;
  std::string result{text.substr(0, max_bytes)};
  std::replace_if(
      result.begin(), result.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return result;
}

} // namespace

void log_link_line(std::string_view text) {
  static std::mutex mtx;
  static line_limit limit{lines_per_second};
  std::lock_guard guard{mtx};
  auto left_out = limit.next(std::chrono::steady_clock::now());
  if (!left_out)
    return;
  auto more = *left_out == 0
                  ? std::string{}
                  : fmt::format(" (and {} more lines before)", *left_out);
  auto line = fmt::format("troupe.link: {}{}\n", on_one_line(text), more);
  // On a full disk it is the log that suffers, not the link.
  if (std::fwrite(line.data(), 1, line.size(), stderr) != line.size())
    limit.failed(*left_out);
}

} // namespace troupe
