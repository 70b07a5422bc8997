// SPDX-License-Identifier: Apache-2.0

#include "picture.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace demo {

namespace {

using troupe::child_info;
using troupe::child_state;

constexpr auto normal = "\x1b[0m";
constexpr auto bold = "\x1b[1m";
constexpr auto dim = "\x1b[2m";

const char* colour_of(child_state x) {
  switch (x) {
    case child_state::up:
      return "\x1b[32m";
    case child_state::waiting:
      return "\x1b[33m";
    case child_state::starting:
      return "\x1b[36m";
    case child_state::stopping:
      return "\x1b[35m";
    case child_state::empty:
      return "\x1b[31m";
  }
  return normal;
}

/// Cuts off what does not fit, and what a terminal might take for a command.
std::string clean(std::string text, size_t width) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return c < ' ' || c == 0x7F; }, ' ');
  if (text.size() > width)
    text.resize(width);
  return text;
}

std::string in_colour(const char* colour, const std::string& text) {
  return colour + text + normal;
}

std::string milliseconds(caf::timespan x) {
  return fmt::format(
      "{} ms",
      std::chrono::duration_cast<std::chrono::milliseconds>(x).count());
}

std::string bar(const char* what, size_t done, size_t total, size_t width) {
  constexpr size_t longest = 40;
  auto text = fmt::format(" {}/{} {}", done, total, what);
  auto length = width > text.size() + 12
                    ? std::min(width - text.size() - 2, longest)
                    : 10;
  auto filled = total == 0 ? 0 : length * done / total;
  return fmt::format("[{:#>{}}{:.>{}}]{}", "", filled, "", length - filled,
                     text);
}

std::string row(const child_info& x, const char* indent, size_t width) {
  auto limit = x.limit ? std::to_string(*x.limit) : std::string{"-"};
  auto restarts = fmt::format("{}/{}", x.restarts, limit);
  auto note = x.last_failure ? troupe::describe(x.last_failure) : std::string{};
  if (x.next_start)
    note = fmt::format("in {}: {}", milliseconds(*x.next_start), note);
  else if (x.busy_for && *x.busy_for > std::chrono::milliseconds{100})
    note = fmt::format("busy for {}", milliseconds(*x.busy_for));
  auto name = fmt::format("{}{}", indent, x.id);
  auto head = fmt::format("{:<14}", name);
  auto state = fmt::format("{:<9}", to_string(x.state));
  auto rest = fmt::format(
      "{:>5} {:>8} {:>8}  {}", x.generation, restarts,
      x.is_supervisor ? "" : fmt::format("{}", x.waiting_messages), note);
  auto used = head.size() + state.size();
  return in_colour(x.is_supervisor ? bold : "", clean(head, width))
         + in_colour(colour_of(x.state), state)
         + clean(rest, width > used ? width - used : 0);
}

} // namespace

std::vector<std::string> draw(const picture& x, size_t width, size_t height) {
  std::vector<std::string> result;
  result.push_back(clean(bar("pieces", x.pieces_done, x.pieces, width), width));
  result.push_back(clean(bar("steps", x.steps_done, x.steps, width), width));
  result.push_back({});
  result.push_back(in_colour(
      dim, clean(fmt::format("{:<14}{:<9}{:>5} {:>8} {:>8}  {}", "", "state",
                             "gen", "restarts", "waiting", "last failure"),
                 width)));
  for (auto& [group, workers] : x.groups) {
    result.push_back(row(group, "", width));
    for (auto& worker : workers)
      result.push_back(row(worker, "  ", width));
  }
  result.push_back({});
  result.push_back(in_colour(
      dim, clean("t throw  q quit  s stuck  p poison  c crash storm", width)));
  auto room = height > result.size() ? height - result.size() : 0;
  auto skip = x.events.size() > room ? x.events.size() - room : 0;
  for (auto i = skip; i < x.events.size(); ++i)
    result.push_back(clean(x.events[i], width));
  if (result.size() > height)
    result.resize(height);
  return result;
}

} // namespace demo
