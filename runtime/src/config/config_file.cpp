// SPDX-License-Identifier: Apache-2.0

#include "config/config_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "caf/actor_system_config.hpp"
#include "caf/pec.hpp"
#include "caf/settings.hpp"

#include "base/quantity.hpp"

namespace troupe {

namespace {

// CAF's parser is recursive, and takes a file that ends in the middle of a
// value for a complete one. The first is met by a limit, the second by a last
// section that must be there after parsing.
constexpr int max_depth = 16;
// Errors on the first line and on later ones count columns alike after this.
constexpr std::string_view begin_marker = " \n";
constexpr std::string_view end_marker = "\n[end-of-file]\nreached = true\n";
constexpr std::string_view end_marker_key = "end-of-file.reached";

caf::error bad_file(const std::string& path, std::string_view text) {
  return make_error(errc::bad_config_file, fmt::format("{}: {}", path, text));
}

size_t count_lines(std::string_view text) {
  return 1 + static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Returns `text` with comments and the content of strings blanked out.
std::string blank_out_text(std::string_view text) {
  std::string result{text};
  char inside = '\0';
  bool escaped = false;
  for (auto& ch : result) {
    if (ch == '\n') {
      inside = '\0';
    } else if (inside == '\0') {
      if (ch == '"' || ch == ';')
        inside = ch;
    } else if (inside == '"' && ch == '"' && !escaped) {
      inside = '\0';
    } else {
      escaped = inside == '"' && ch == '\\' && !escaped;
      ch = ' ';
      continue;
    }
    escaped = false;
  }
  return result;
}

bool too_deep(std::string_view blanked) {
  int depth = 0;
  for (char ch : blanked) {
    if (ch == '[' || ch == '{')
      ++depth;
    else if (ch == ']' || ch == '}')
      --depth;
    if (depth > max_depth)
      return true;
  }
  return false;
}

bool is_name_char(char ch) {
  return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
         || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_';
}

/// Returns the line on which `name` gets its value, if there is exactly one.
std::optional<size_t> line_of(std::string_view name, std::string_view blanked) {
  std::optional<size_t> result;
  for (auto i = blanked.find(name); i != std::string_view::npos;
       i = blanked.find(name, i + 1)) {
    auto rest = blanked.substr(i + name.size());
    auto next = rest.find_first_not_of(" \t");
    if ((i > 0 && is_name_char(blanked[i - 1]))
        || next == std::string_view::npos || rest[next] != '=')
      continue;
    if (result)
      return std::nullopt;
    result = count_lines(blanked.substr(0, i));
  }
  return result;
}

std::string value_text(const caf::config_value& x) {
  if (auto span = caf::get_if<caf::timespan>(&x))
    return format_duration(*span);
  if (auto text = caf::get_if<std::string>(&x))
    return *text;
  if (auto list = caf::get_if<caf::config_value::list>(&x)) {
    std::string result;
    for (auto& element : *list)
      result += (result.empty() ? "" : ",") + value_text(element);
    return result;
  }
  return to_string(x);
}

void flatten(const caf::settings& xs, const std::string& prefix,
             std::vector<file_entry>& out) {
  for (auto& [name, value] : xs) {
    if (auto section = caf::get_if<caf::settings>(&value))
      flatten(*section, prefix + name + '.', out);
    else
      out.push_back({prefix + name, value_text(value), std::nullopt});
  }
}

/// Translates an error of CAF's parser. It counts a line break to the line
/// after it, so that columns from the second line on are one too large.
caf::error syntax_error(const std::string& path, const caf::error& x,
                        size_t lines) {
  auto& context = x.context();
  if (x.category() != caf::atom("parser")
      || !context.match_elements<caf::settings>())
    return bad_file(path, describe(x));
  auto& where = context.get_as<caf::settings>(0);
  auto line = caf::get_or(where, "line", size_t{1});
  auto column = caf::get_or(where, "column", size_t{1});
  line -= --column == 0 ? 2 : 1;
  if (line > lines)
    return bad_file(path, "the file ends in the middle of a value or section");
  auto place = fmt::format("{}:{}", path, line);
  if (column > 0)
    place += fmt::format(":{}", column);
  return bad_file(place,
                  fmt::format("syntax error ({}); values are text in double "
                              "quotes, numbers, times such as 5s, and lists "
                              "[a, b]",
                              to_string(static_cast<caf::pec>(x.code()))));
}

} // namespace

caf::expected<std::vector<file_entry>>
read_config_file(const std::string& path) {
  auto failed = [&path] {
    return bad_file(path, std::generic_category().message(errno));
  };
  errno = 0;
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return failed();
  std::string text(max_config_file_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad())
    return failed();
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > max_config_file_bytes)
    return bad_file(path, fmt::format("the file is larger than {}",
                                      format_bytes(max_config_file_bytes)));
  return parse_config_text(path, std::move(text));
}

caf::expected<std::vector<file_entry>>
parse_config_text(const std::string& path, std::string text) {
  std::replace(text.begin(), text.end(), '\r', ' ');
  auto blanked = blank_out_text(text);
  if (too_deep(blanked))
    return bad_file(
        path, fmt::format("brackets are nested more than {} deep", max_depth));
  std::istringstream in{fmt::format("{}{}{}", begin_marker, text, end_marker)};
  auto parsed = caf::actor_system_config::parse_config(in);
  if (!parsed)
    return syntax_error(path, parsed.error(), count_lines(text));
  std::vector<file_entry> result;
  flatten(*parsed, "", result);
  auto is_marker = [](auto& x) { return x.key == end_marker_key; };
  if (std::erase_if(result, is_marker) != 1)
    return bad_file(path, "the file ends in the middle of a value or section");
  for (auto& entry : result)
    entry.line = line_of(
        std::string_view{entry.key}.substr(entry.key.rfind('.') + 1), blanked);
  return result;
}

} // namespace troupe
