// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace app {

/// Whether text goes to a terminal that shows colours.
enum class colours : uint8_t { off = 1, on };

/// Returns `colours::on` if standard output is a terminal and the environment
/// has no `NO_COLOR` (see no-color.org).
colours colours_of_stdout();

/// Text is written to the end of a page.
class page {
public:
  explicit page(colours c) : colours_(c) {
    // nop
  }

  template <class... Ts>
  void line(fmt::format_string<Ts...> format, Ts&&... xs) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Ts>(xs)...);
    text_ += '\n';
  }

  std::string bold(std::string_view x) const {
    return painted("1", x);
  }

  std::string green(std::string_view x) const {
    return painted("32", x);
  }

  std::string red(std::string_view x) const {
    return painted("31", x);
  }

  std::string take() {
    return std::move(text_);
  }

private:
  std::string painted(const char* code, std::string_view x) const {
    if (colours_ == colours::off)
      return std::string{x};
    return fmt::format("\x1b[{}m{}\x1b[0m", code, x);
  }

  colours colours_;
  std::string text_;
};

} // namespace app
