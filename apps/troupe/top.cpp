// SPDX-License-Identifier: Apache-2.0

#include "top.hpp"

#include <algorithm>
#include <chrono>
#include <clocale>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <ncurses.h>
#include <unistd.h>

#include "troupe/base/errc.hpp"
#include "troupe/observe/plain_text.hpp"

#include "common/human.hpp"
#include "common/refuse.hpp"
#include "text.hpp"

namespace cli {

namespace {

constexpr auto help = "sort: a age  b busy  w waiting  r restarts  h handled  "
                      "p path    q quit";

/// The terminal as a whole; given back at the end.
class screen {
public:
  screen() {
    std::setlocale(LC_ALL, "");
    initscr();
    cbreak();
    noecho();
    keypad(stdscr, TRUE);
    curs_set(0);
  }

  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;

  ~screen() {
    endwin();
  }

  static int height() {
    return getmaxy(stdscr);
  }

  static void put(int y, const std::string& text, int attributes = A_NORMAL) {
    attrset(static_cast<chtype>(attributes));
    mvaddnstr(y, 0, text.c_str(), -1);
    attrset(A_NORMAL);
  }
};

std::optional<order> order_of(int key) {
  switch (key) {
    case 'a':
      return order::age;
    case 'b':
      return order::busy;
    case 'w':
      return order::waiting;
    case 'r':
      return order::restarts;
    case 'h':
      return order::handled;
    case 'p':
      return order::path;
    default:
      return std::nullopt;
  }
}

std::string summary(const troupe::system_snapshot& x) {
  size_t children = 0;
  uint64_t waiting = 0;
  uint64_t restarts = 0;
  for (auto& node : x.nodes)
    for (auto& child : node.children) {
      children += child.info.is_supervisor ? 0 : 1;
      waiting += child.info.waiting_messages;
      restarts += child.restarts;
    }
  return fmt::format("{}  {} children  {} messages wait  {} restarts",
                     app::plural(x.nodes.size(), "node"), children, waiting,
                     restarts);
}

std::vector<std::string> lines_of(const troupe::system_snapshot& x, order by) {
  std::vector<std::string> result;
  std::istringstream in{to_table(cells_of(rows_of(x, by)))};
  for (std::string line; std::getline(in, line);)
    result.push_back(std::move(line));
  return result;
}

void draw(const troupe::system_snapshot& x, const std::string& problem,
          order by, size_t& first) {
  erase();
  screen::put(0, summary(x), A_BOLD);
  screen::put(1, problem.empty() ? help : problem,
              problem.empty() ? A_DIM : A_REVERSE);
  auto lines = lines_of(x, by);
  auto height = static_cast<size_t>(std::max(screen::height() - 4, 1));
  auto last = lines.size() > height ? lines.size() - height : 1;
  first = std::clamp<size_t>(first, 1, last);
  screen::put(3, lines.front(), A_REVERSE);
  for (size_t i = 0; i < height && first + i < lines.size(); ++i)
    screen::put(static_cast<int>(4 + i), lines[first + i]);
  refresh();
}

/// Moves the first line that is shown.
bool move_view(int key, size_t& first) {
  constexpr size_t page = 10;
  switch (key) {
    case KEY_DOWN:
      ++first;
      return true;
    case KEY_UP:
      first -= first > 1 ? 1 : 0;
      return true;
    case KEY_NPAGE:
      first += page;
      return true;
    case KEY_PPAGE:
      first -= std::min(first - 1, page);
      return true;
    default:
      return false;
  }
}

exit_code run(const options& opts, const look_function& look) {
  screen terminal;
  auto by = opts.sort;
  size_t first = 1;
  troupe::system_snapshot seen;
  std::string problem;
  for (;;) {
    auto now = look();
    if (now) {
      seen = std::move(*now);
      problem = to_warnings(seen);
      problem.erase(problem.find_last_not_of('\n') + 1);
      std::replace(problem.begin(), problem.end(), '\n', ';');
    } else {
      problem = troupe::plain_text(troupe::describe(now.error()));
    }
    using clock = std::chrono::steady_clock;
    auto end = clock::now() + opts.interval;
    for (auto left = opts.interval; left > caf::timespan{0};
         left = end - clock::now()) {
      draw(seen, problem, by, first);
      using std::chrono::milliseconds;
      timeout(static_cast<int>(
          std::chrono::duration_cast<milliseconds>(left).count() + 1));
      auto key = getch();
      if (key == 'q')
        return exit_code::ok;
      if (auto other = order_of(key))
        by = *other;
      else
        move_view(key, first);
    }
  }
}

} // namespace

exit_code top(const options& opts, const look_function& look) {
  if (isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0)
    return run(opts, look);
  auto now = look();
  if (!now)
    return app::refuse(exit_code::failed,
                       troupe::plain_text(troupe::describe(now.error())));
  fmt::print("{}\n\n{}{}", summary(*now),
             to_table(cells_of(rows_of(*now, opts.sort))), to_warnings(*now));
  return app::flush_stdout();
}

} // namespace cli
