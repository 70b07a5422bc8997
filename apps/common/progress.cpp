// SPDX-License-Identifier: Apache-2.0

#include "common/progress.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/human.hpp"

namespace app {

namespace {

constexpr auto redraw_period = std::chrono::milliseconds{100};

std::optional<size_t> terminal_width() {
  if (isatty(STDERR_FILENO) == 0)
    return std::nullopt;
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 80;
  return size.ws_col;
}

} // namespace

std::optional<caf::timespan> time_left(const progress& x) {
  if (x.done == 0)
    return std::nullopt;
  auto share_left =
      static_cast<double>(x.total - x.done) / static_cast<double>(x.done);
  return std::chrono::duration_cast<caf::timespan>(x.elapsed * share_left);
}

std::string render(const progress& x, size_t width) {
  auto text = fmt::format("{:3} %  {}/{}  {}", x.done * 100 / x.total, x.done,
                          x.total, human(x.elapsed));
  if (auto left = time_left(x); left && x.done < x.total)
    text += fmt::format("  {} left", human(*left));
  // Brackets and one blank between bar and text.
  constexpr size_t frame = 3;
  constexpr size_t longest = 40;
  if (width >= text.size() + frame + 4) {
    auto length = std::min(width - text.size() - frame, longest);
    auto filled = length * x.done / x.total;
    text = fmt::format("[{:#>{}}{:.>{}}] {}", "", filled, "", length - filled,
                       text);
  }
  return text.substr(0, width);
}

progress_bar::progress_bar() : width_(terminal_width()), next_(clock::now()) {
  // nop
}

progress_bar::~progress_bar() {
  clear();
}

void progress_bar::clear() {
  if (width_)
    std::fputs("\r\x1b[K", stderr);
}

void progress_bar::show(const progress& x) {
  auto now = clock::now();
  if (!width_ || now < next_)
    return;
  next_ = now + redraw_period;
  // One column stays free: a full line would wrap on some terminals.
  auto line = fmt::format("\r{}\x1b[K", render(x, *width_ - 1));
  std::fputs(line.c_str(), stderr);
}

void progress_bar::note(const std::string& text) {
  clear();
  fmt::print(stderr, "{}\n", text);
  // The bar comes back at once.
  next_ = clock::now();
}

} // namespace app
