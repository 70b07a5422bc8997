// SPDX-License-Identifier: Apache-2.0

#include "common/command_line.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "common/excerpt.hpp"
#include "common/refuse.hpp"

namespace app {

void set_up_help(CLI::App& line, std::string footer) {
  line.footer(std::move(footer));
  line.set_help_flag("-h,--help", "Print this page and exit");
  line.get_formatter()->column_width(28);
}

std::optional<early_exit> parse(CLI::App& line, int argc,
                                const char* const* argv) {
  try {
    line.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return early_exit{exit_code::ok, line.help()};
  } catch (const CLI::ParseError& x) {
    return early_exit{exit_code::usage, one_line(x.what())};
  }
  return std::nullopt;
}

int leave(const early_exit& x) {
  if (x.code != exit_code::ok)
    return static_cast<int>(
        refuse(x.code, x.text + " (--help lists all options)"));
  fmt::print("{}", x.text);
  return static_cast<int>(flush_stdout());
}

CLI::Validator whole_number(int64_t first, int64_t last) {
  auto check = [first, last](std::string& text) -> std::string {
    int64_t value = 0;
    // CLI11 itself reports a wrong number in terms of C++ types.
    if (!CLI::detail::lexical_cast(text, value) || value < first
        || value > last)
      return fmt::format("is {}, must be {} to {}", excerpt(text), first, last);
    return {};
  };
  return {std::move(check), fmt::format("{} to {}", first, last)};
}

CLI::Validator number(double first, double last) {
  auto check = [first, last](std::string& text) -> std::string {
    auto value = std::nan("");
    if (!CLI::detail::lexical_cast(text, value)
        || !(value >= first && value <= last))
      return fmt::format("is {}, must be {:g} to {:g}", excerpt(text), first,
                         last);
    return {};
  };
  return {std::move(check), fmt::format("{:g} to {:g}", first, last)};
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

} // namespace app
