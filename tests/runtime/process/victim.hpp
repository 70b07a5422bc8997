// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "troupe/config.hpp"
#include "troupe/location/starter.hpp"

namespace troupe::test {

/// Registers the actors that the tests start in worker processes.
///
/// `victim` does what it is told by a text:
///
/// | text             | what it does                                         |
/// |------------------|------------------------------------------------------|
/// | `pid`            | replies with the id of its process                   |
/// | `segv`           | follows a wild pointer                               |
/// | `abort`          | aborts                                               |
/// | `exit`           | exits with status 3                                  |
/// | `throw`          | throws                                               |
/// | `quit`           | ends                                                 |
/// | `hog`            | takes memory until there is none                     |
/// | `burn`           | computes for ever                                    |
/// | `burn deaf`      | the same, and ignores SIGTERM                        |
/// | `print`          | writes a line to either of its standard streams      |
/// | `files`          | replies with the number of files that it could open  |
/// | `nice`, `cores`  | replies with its niceness, the number of its cores   |
/// | `later`          | replies when the next `now` comes                    |
/// | `now`            | replies                                              |
/// | `sum`            | replies with the numbers that it got, as a list      |
/// | `save`           | makes a checkpoint of those                          |
/// | `save too much`  | makes one that is too large, replies with the error  |
/// | `wait`           | computes until it is asked to cancel                 |
///
/// Other texts it sends back. It keeps numbers, and of two numbers it sends the
/// product to the sender. When it ends it writes `bye`.
///
/// `stillborn` throws when it starts.
void add_victims(config& cfg);

/// Starts a `victim` in this process.
starter pooled_victim();

} // namespace troupe::test
