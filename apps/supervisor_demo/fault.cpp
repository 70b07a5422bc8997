// SPDX-License-Identifier: Apache-2.0

#include "fault.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <random>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace demo {

namespace {

constexpr size_t faults_per_kind = 2;
constexpr size_t max_faults = 1'000;

std::optional<fault_kind> kind_from(std::string_view text) {
  for (auto x : all_fault_kinds)
    if (to_string(x) == text)
      return x;
  return std::nullopt;
}

/// Takes the first word off `text`.
std::string_view take_word(std::string_view& text) {
  constexpr auto blanks = " \t\r";
  auto begin = std::min(text.find_first_not_of(blanks), text.size());
  auto end = std::min(text.find_first_of(blanks, begin), text.size());
  auto result = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return result;
}

/// For messages: what is not printable must not reach the terminal.
std::string quoted(std::string_view text) {
  std::string result{text.substr(0, 40)};
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; },
      '?');
  return '"' + result + '"';
}

/// Reads one line into `to`.
/// @returns what is wrong with it, empty if nothing.
std::string parse_line(std::string_view line, size_t pieces,
                       const std::vector<std::string>& targets, fault& to) {
  auto after = take_word(line);
  auto kind = take_word(line);
  auto target = take_word(line);
  if (target.empty() || !take_word(line).empty())
    return "must be AFTER KIND TARGET, such as: 120 throw count-2";
  auto end = after.data() + after.size();
  auto [stop, problem] = std::from_chars(after.data(), end, to.after);
  auto last = pieces * 3 / 4;
  if (problem != std::errc{} || stop != end || to.after > last)
    return fmt::format("AFTER is {}, must be 0 to {}", quoted(after), last);
  auto known = kind_from(kind);
  if (!known)
    return fmt::format(
        "KIND is {}, must be throw, quit, stuck, poison or storm",
        quoted(kind));
  to.kind = *known;
  if (std::find(targets.begin(), targets.end(), target) == targets.end())
    return fmt::format("TARGET is {}, must be one of {}", quoted(target),
                       fmt::join(targets, ", "));
  to.target = target;
  return {};
}

void sort_by_time(schedule& xs) {
  std::stable_sort(xs.begin(), xs.end(), [](const fault& a, const fault& b) {
    return a.after < b.after;
  });
}

} // namespace

std::string to_string(fault_kind x) {
  switch (x) {
    case fault_kind::throws:
      return "throw";
    case fault_kind::quits:
      return "quit";
    case fault_kind::stuck:
      return "stuck";
    case fault_kind::poison:
      return "poison";
    case fault_kind::storm:
      return "storm";
  }
  return "unknown";
}

schedule random_schedule(uint64_t seed, size_t pieces,
                         const std::vector<std::string>& targets) {
  // Spelled out, because the standard leaves the distributions open.
  std::mt19937_64 engine{seed};
  auto draw = [&](size_t bound) { return engine() % bound; };
  schedule result;
  for (auto kind : all_fault_kinds)
    for (size_t i = 0; i < faults_per_kind; ++i)
      result.push_back(
          {draw(pieces * 3 / 4 + 1), kind, targets[draw(targets.size())]});
  sort_by_time(result);
  return result;
}

caf::expected<schedule>
parse_schedule(std::string_view text, size_t pieces,
               const std::vector<std::string>& targets) {
  schedule result;
  for (size_t number = 1; !text.empty(); ++number) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    auto rest = line;
    auto first = take_word(rest);
    if (first.empty() || first.front() == '#')
      continue;
    fault entry;
    if (auto problem = parse_line(line, pieces, targets, entry);
        !problem.empty())
      return make_error(troupe::errc::bad_input,
                        fmt::format("line {}: {}", number, problem));
    if (result.size() == max_faults)
      return make_error(
          troupe::errc::bad_input,
          fmt::format("line {}: more than {} faults", number, max_faults));
    result.push_back(std::move(entry));
  }
  sort_by_time(result);
  return result;
}

} // namespace demo
