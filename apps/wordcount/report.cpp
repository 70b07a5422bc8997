// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "common/human.hpp"

namespace wordcount {

namespace {

double seconds(const outcome& x) {
  return static_cast<double>(x.wall.count()) / 1e9;
}

/// Returns a word fit for a line of a terminal.
std::string shown(const std::string& word) {
  std::string result;
  for (auto c : word.substr(0, 60))
    result += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  return word.size() > 60 ? result + "..." : result;
}

} // namespace

std::string report(const outcome& x, app::colours c) {
  app::page out{c};
  for (auto& [word, count] : x.top)
    out.line("  {:>12}  {:5.2f} %  {}", count,
             100.0 * static_cast<double>(count)
                 / static_cast<double>(std::max<uint64_t>(x.words, 1)),
             shown(word));
  if (!x.top.empty())
    out.line("");
  out.line("  {}", out.bold(fmt::format("{} words, {} different", x.words,
                                        x.distinct)));
  out.line("  {} bytes in {}, {:.1f} MB/s", x.bytes, app::human(x.wall),
           static_cast<double>(x.bytes) / std::max(seconds(x), 1e-9) / 1e6);
  if (x.spills > 0)
    out.line("  words went to {}", app::plural(x.spills, "sorted file"));
  return out.take();
}

std::string to_json(const outcome& x, size_t workers, uint64_t restarts) {
  nlohmann::ordered_json result = {
      {"bytes", x.bytes},
      {"words", x.words},
      {"distinct", x.distinct},
      {"top", nlohmann::ordered_json::array()},
      {"spills", x.spills},
      {"workers", workers},
      {"wall_s", std::round(seconds(x) * 1e6) / 1e6},
      {"restarts", restarts},
  };
  for (auto& [word, count] : x.top)
    result["top"].push_back({word, count});
  // Words need not be UTF-8.
  return result.dump(-1, ' ', true,
                     nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace wordcount
