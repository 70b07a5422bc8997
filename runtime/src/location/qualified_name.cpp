// SPDX-License-Identifier: Apache-2.0

#include "location/qualified_name.hpp"

#include <fmt/format.h>

#include "troupe/base/errc.hpp"
#include "troupe/location/directory.hpp"

#include "base/in_quotes.hpp"

namespace troupe {

namespace {

bool is_part(std::string_view x) {
  return !x.empty() && x.size() <= max_name_bytes
         && x.find('@') == std::string_view::npos;
}

} // namespace

caf::expected<qualified_name> parse_qualified_name(std::string_view text) {
  auto at = text.find('@');
  auto name = text.substr(0, at);
  if (at == std::string_view::npos && is_part(name))
    return qualified_name{std::string{name}, std::nullopt};
  if (at != std::string_view::npos && is_part(name)
      && is_part(text.substr(at + 1)))
    return qualified_name{std::string{name}, std::string{text.substr(at + 1)}};
  return make_error(errc::invalid_option,
                    fmt::format("{} is not a name or name@node of 1 to {} bytes"
                                " each",
                                in_quotes(text), max_name_bytes));
}

caf::expected<std::string> parse_local_name(std::string_view text) {
  if (is_part(text))
    return std::string{text};
  return make_error(errc::invalid_option,
                    fmt::format("{} is not a name of 1 to {} bytes without @",
                                in_quotes(text), max_name_bytes));
}

} // namespace troupe
