// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <thread>

#include <termios.h>

namespace demo {

/// Hands on each key as soon as it is pressed, if standard input is a terminal,
/// which is set back afterwards.
class keyboard {
public:
  /// Calls `pressed` from a thread of its own.
  explicit keyboard(std::function<void(char)> pressed);

  keyboard(const keyboard&) = delete;
  keyboard& operator=(const keyboard&) = delete;

  ~keyboard();

private:
  void read_keys() const;

  std::function<void(char)> pressed_;
  bool active_ = false;
  termios before_ = {};
  int wake_[2] = {-1, -1};
  std::thread thread_;
};

} // namespace demo
