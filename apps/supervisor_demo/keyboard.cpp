// SPDX-License-Identifier: Apache-2.0

#include "keyboard.hpp"

#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace demo {

keyboard::keyboard(std::function<void(char)> pressed)
    : pressed_(std::move(pressed)) {
  if (isatty(STDIN_FILENO) == 0 || tcgetattr(STDIN_FILENO, &before_) != 0
      || pipe2(wake_, O_CLOEXEC) != 0)
    return;
  auto raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  active_ = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
  if (active_)
    thread_ = std::thread{[this] { read_keys(); }};
}

keyboard::~keyboard() {
  if (active_) {
    [[maybe_unused]] auto n = write(wake_[1], "", 1);
    thread_.join();
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  for (auto x : wake_)
    if (x != -1)
      close(x);
}

void keyboard::read_keys() const {
  for (;;) {
    pollfd fds[]{{STDIN_FILENO, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 || fds[1].revents != 0)
      return;
    char key = 0;
    if (read(STDIN_FILENO, &key, 1) != 1)
      return;
    pressed_(key);
  }
}

} // namespace demo
