// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "caf/error.hpp"

#include "troupe/observe/event_file.hpp"
#include "troupe/observe/observed_event.hpp"

namespace troupe {

/// Lets so many through in a second, and counts the others. Pure value.
class rate_limit {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit rate_limit(size_t per_second) : per_second_(per_second) {
    // nop
  }

  /// @returns whether one more may pass.
  bool pass(time_point now) {
    if (now - second_ >= std::chrono::seconds{1}) {
      second_ = now;
      passed_ = 0;
    }
    if (passed_ < per_second_) {
      ++passed_;
      return true;
    }
    ++dropped_;
    return false;
  }

  /// Returns how many did not pass since it was asked last.
  uint64_t take_dropped() {
    auto result = dropped_;
    dropped_ = 0;
    return result;
  }

private:
  size_t per_second_;
  time_point second_ = {};
  size_t passed_ = 0;
  uint64_t dropped_ = 0;
};

/// Writes events to files that take turns. What cannot be written is lost.
class event_writer {
public:
  using time_point = rate_limit::time_point;

  /// @returns `cannot_write` if the file cannot be opened.
  static caf::error open(const event_file& where,
                         std::unique_ptr<event_writer>& result);

  ~event_writer();

  void write(const observed_event& x, time_point now);

  class impl;

  explicit event_writer(std::unique_ptr<impl> x);

private:
  std::unique_ptr<impl> impl_;
};

} // namespace troupe
