// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>

#include "troupe/config.hpp"

namespace troupe::test {

/// What a process has of buffers that are files in memory.
struct buffer_traces {
  size_t files = 0;
  size_t mappings = 0;

  friend bool operator==(const buffer_traces&, const buffer_traces&) = default;
};

/// @param process A process id, or `self`.
buffer_traces traces_of(const std::string& process);

/// Returns the anonymous memory of this process.
size_t anonymous_bytes();

/// Registers `cruncher`, which does this with numbers:
///
/// | message                  | reply                                        |
/// |--------------------------|----------------------------------------------|
/// | owned buffer             | the same with its elements doubled           |
/// | frozen buffer            | the sum, and by how much its anonymous memory|
/// |                          | has grown meanwhile                          |
/// | frozen buffer, `unit`    | the same buffer                              |
/// | `traces`                 | files and mappings of its process            |
/// | `pid`                    | the id of its process                        |
/// | `segv`                   | follows a wild pointer                       |
void add_cruncher(config& cfg);

/// Hands buffers to workers, prints `ready`, and goes on until it is killed.
int doomed_sender(config& cfg);

} // namespace troupe::test
