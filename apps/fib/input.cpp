// SPDX-License-Identifier: Apache-2.0

#include "input.hpp"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "troupe/actors/fib.hpp"
#include "troupe/base/errc.hpp"

#include "common/excerpt.hpp"
#include "csv_line.hpp"

namespace fib_app {

namespace {

using troupe::errc;

std::string_view trimmed(std::string_view x) {
  constexpr std::string_view blank = " \t\r";
  auto first = x.find_first_not_of(blank);
  if (first == std::string_view::npos)
    return {};
  return x.substr(first, x.find_last_not_of(blank) - first + 1);
}

/// Tells whether `x` is a whole number of any size.
bool is_number(std::string_view x) {
  if (!x.empty() && x.front() == '-')
    x.remove_prefix(1);
  return !x.empty() && x.find_first_not_of("0123456789") == x.npos;
}

std::optional<uint8_t> parse_n(std::string_view x) {
  int64_t n = 0;
  auto [end, problem] = std::from_chars(x.data(), x.data() + x.size(), n);
  if (problem != std::errc{} || end != x.data() + x.size() || n < 0
      || n > troupe::max_fib)
    return std::nullopt;
  return static_cast<uint8_t>(n);
}

/// Reads lines and remembers where it is.
class line_reader {
public:
  line_reader(std::istream& in, const std::string& name)
      : in_(in), name_(name) {
    // nop
  }

  /// Moves to the next line that is not blank.
  /// @returns `false` at the end of the input and on a failure.
  bool next() {
    while (read()) {
      if (!trimmed(line_).empty())
        return true;
    }
    return false;
  }

  std::string_view line() const noexcept {
    return line_;
  }

  /// Returns why reading ended, `none` for the end of the input.
  const caf::error& problem() const noexcept {
    return problem_;
  }

  caf::error wrong(const std::string& what) const {
    return make_error(errc::bad_input,
                      fmt::format("{}, line {}: {}", name_, number_, what));
  }

private:
  bool read() {
    line_.clear();
    auto* buf = in_.rdbuf();
    if (in_.eof())
      return false;
    ++number_;
    for (auto c = get(buf); c != '\n'; c = get(buf)) {
      if (problem_)
        return false;
      if (c == end_of_input) {
        in_.setstate(std::ios::eofbit);
        return !line_.empty();
      }
      if (line_.size() == max_line_bytes) {
        problem_ = wrong(fmt::format("longer than {} bytes", max_line_bytes));
        return false;
      }
      line_ += static_cast<char>(c);
    }
    if (number_ == 1 && line_.starts_with("\xef\xbb\xbf"))
      line_.erase(0, 3);
    return true;
  }

  static constexpr auto end_of_input = std::char_traits<char>::eof();

  int get(std::streambuf* buf) {
    // A stream buffer reports a failed read by throwing.
    try {
      return buf->sbumpc();
    } catch (const std::ios_base::failure&) {
      problem_ = make_error(errc::bad_input, name_ + ": cannot be read");
      return end_of_input;
    }
  }

  std::istream& in_;
  const std::string& name_;
  std::string line_;
  size_t number_ = 0;
  caf::error problem_;
};

/// Finds the column `n` in a header.
caf::expected<size_t> find_column(const line_reader& reader) {
  if (auto header = split_csv(reader.line())) {
    for (size_t i = 0; i < header->size(); ++i) {
      if (trimmed((*header)[i]) == "n")
        return i;
    }
  }
  return reader.wrong(app::excerpt(trimmed(reader.line()))
                      + " is neither a number nor a CSV header with a column "
                        "n");
}

/// Returns the text of the column in the present line.
caf::expected<std::string> field_of(const line_reader& reader, size_t column) {
  auto fields = split_csv(reader.line());
  if (!fields)
    return reader.wrong("a quote is not closed, or text follows it");
  if (fields->size() <= column)
    return reader.wrong(fmt::format("{} has no column n, which is number {}",
                                    app::excerpt(trimmed(reader.line())),
                                    column + 1));
  return std::string{trimmed((*fields)[column])};
}

} // namespace

caf::expected<task_list> parse_tasks(std::istream& in,
                                     const std::string& name) {
  task_list result;
  line_reader reader{in, name};
  std::optional<size_t> column;
  for (auto first = true; reader.next(); first = false) {
    std::string text{trimmed(reader.line())};
    if (first && !is_number(text)) {
      auto found = find_column(reader);
      if (!found)
        return found.error();
      column = *found;
      continue;
    }
    if (column) {
      auto field = field_of(reader, *column);
      if (!field)
        return field.error();
      text = std::move(*field);
    }
    if (!is_number(text))
      return reader.wrong(app::excerpt(text) + " is not a whole number");
    auto n = parse_n(text);
    if (!n)
      return reader.wrong(fmt::format("n is {}, must be 0 to {}",
                                      text.substr(0, 40), troupe::max_fib));
    if (result.size() == max_tasks)
      return reader.wrong(fmt::format("more than {} tasks", max_tasks));
    result.push_back(*n);
  }
  if (reader.problem())
    return reader.problem();
  if (result.empty())
    return make_error(errc::bad_input, name + ": holds no task");
  return result;
}

caf::expected<task_list> read_tasks(const std::string& path) {
  if (path == "-")
    return parse_tasks(std::cin, "standard input");
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return make_error(errc::bad_input, path + ": is a directory");
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return make_error(errc::bad_input,
                      fmt::format("{}: {}", path, std::strerror(errno)));
  return parse_tasks(in, path);
}

} // namespace fib_app
