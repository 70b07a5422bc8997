// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "journal.hpp"

namespace node_app {

/// Writes lines to a file that may be full, such as a log.
///
/// A line that cannot be written is lost; the next one that can be is preceded
/// by one that tells how many were, and why. Thread-safe.
class line_file {
public:
  /// @param descriptor must outlive this object
  line_file(int descriptor, line_style style);

  void say(const std::string& line);

  /// Returns how many lines were lost and not told of yet.
  uint64_t lost() const;

private:
  bool write_all(const std::string& text);

  int descriptor_;
  line_style style_;
  mutable std::mutex mtx_;
  uint64_t lost_ = 0;
  std::string why_;
  /// The last line was written in part.
  bool torn_ = false;
};

} // namespace node_app
