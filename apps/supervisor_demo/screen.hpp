// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>

#include "picture.hpp"

namespace demo {

/// Shows what happens: a picture that is drawn over and over on a terminal, or
/// else one line for each event.
class screen {
public:
  enum class mode : uint8_t { lines = 1, terminal };

  explicit screen(mode how);

  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;

  /// Leaves the last picture where it is, with the cursor below.
  ~screen();

  /// Returns `terminal` if standard output is one.
  static mode usual();

  bool draws() const {
    return mode_ == mode::terminal;
  }

  void show(const picture& x);

  /// Prints a line about an event, unless it is part of the picture.
  void note(const std::string& text);

private:
  mode mode_;
  std::chrono::steady_clock::time_point start_;
};

} // namespace demo
