// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace troupe {

/// Where an observer writes events, one JSON object on a line, see `to_json`.
/// That of a crash has the last messages of who crashed.
struct event_file {
  std::string path;

  /// A file that would grow beyond gets the number 1 behind its name, its
  /// predecessor 2, and so on.
  uint64_t max_bytes = uint64_t{16} << 20;

  /// So many files are kept beside the present one.
  size_t max_files = 4;

  /// Further events of a second are counted, and left out: then a line such as
  /// `{"dropped":17}` follows.
  size_t max_per_second = 1'000;
};

} // namespace troupe
