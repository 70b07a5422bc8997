// SPDX-License-Identifier: Apache-2.0

#include "screen.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace demo {

screen::screen(mode how)
    : mode_(how), start_(std::chrono::steady_clock::now()) {
  if (draws())
    std::fputs("\x1b[?25l\x1b[2J", stdout);
}

screen::~screen() {
  if (draws()) {
    std::fputs("\x1b[?25h\n", stdout);
    std::fflush(stdout);
  }
}

screen::mode screen::usual() {
  return isatty(STDOUT_FILENO) == 0 ? mode::lines : mode::terminal;
}

void screen::show(const picture& x) {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  std::string text = "\x1b[H";
  for (auto& line : draw(x, size.ws_col, size.ws_row - 1u))
    text += line + "\x1b[K\n";
  text += "\x1b[J";
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

void screen::note(const std::string& text) {
  if (draws())
    return;
  auto time = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start_);
  fmt::print("{:>8.3f}  {}\n", static_cast<double>(time.count()) / 1e3, text);
  std::fflush(stdout);
}

} // namespace demo
