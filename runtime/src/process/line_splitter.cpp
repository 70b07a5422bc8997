// SPDX-License-Identifier: Apache-2.0

#include "process/line_splitter.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

bool is_disturbing(char c) {
  auto byte = static_cast<unsigned char>(c);
  return (byte < ' ' && c != '\t') || byte == 0x7f;
}

std::string cleaned(std::string x) {
  if (!x.empty() && x.back() == '\r')
    x.pop_back();
  std::replace_if(x.begin(), x.end(), is_disturbing, '?');
  return x;
}

} // namespace

line_splitter::line_splitter(size_t max_bytes)
    : max_bytes_(std::max<size_t>(max_bytes, 1)) {
  // nop
}

std::vector<std::string> line_splitter::feed(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    auto end = text.find('\n');
    auto part = text.substr(0, std::min(end, max_bytes_ - rest_.size()));
    rest_ += part;
    text.remove_prefix(part.size());
    if (!text.empty() && text.front() == '\n') {
      text.remove_prefix(1);
      result.push_back(cleaned(std::exchange(rest_, {})));
    } else if (rest_.size() == max_bytes_ && !text.empty()) {
      result.push_back(cleaned(std::exchange(rest_, {})) + "...");
    }
  }
  return result;
}

std::optional<std::string> line_splitter::finish() {
  if (rest_.empty())
    return std::nullopt;
  return cleaned(std::exchange(rest_, {}));
}

} // namespace troupe
