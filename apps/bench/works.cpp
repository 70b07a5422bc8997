// SPDX-License-Identifier: Apache-2.0

#include "work.hpp"

#include <algorithm>

namespace bench {

const std::vector<work>& works() {
  static const std::vector<work> list{
      {"pingpong", "two actors throw a message to and fro"},
      {"ring", "one message goes round a ring of 503 actors"},
      {"many_to_one", "four actors flood a fifth"},
      {"spawn", "start 500,000 actors; each answers once and ends"},
      {"idle_memory", "memory of an actor that waits"},
      {"idle_request", "request to a system where all sleep"},
      {"idle_cpu", "what a process with nothing to do uses"},
      {"fanout", "two jobs of 5 ms to a system where all sleep, and what an "
                 "actor sends before it computes for a second"},
      {"tiny_request", "tasks of 1 us, one request each"},
      {"tiny_map", "tasks of 1 us over a range"},
      {"map_tiny", "a million tasks of 1 us in one call"},
      {"pool_tiny", "tasks of 1 us through a pool, one request each"},
      {"fib", "ten times fib(40) by plain recursion"},
      {"buffer", "hand over 64 MiB and get them back"},
      {"buffer_thread", "hand over 64 MiB as a buffer and get them back, "
                        "between actors and from a thread"},
      {"buffer_process", "hand 64 MiB to another process and get them back, or "
                         "an answer"},
      {"remote_rtt", "request to another process and back"},
      {"remote_small", "flood another process with 64 bytes each"},
      {"remote_64k", "flood another process with 64 KiB each"},
      {"remote_16m", "flood another process with 16 MiB each, bytes and "
                     "numbers"},
      {"remote_buffer", "hand 16 MiB of numbers to another process over a link "
                        "and get them back"},
      {"remote_busy", "requests to another process while 1 GiB goes there"},
      {"remote_tls", "requests, 64 bytes and 64 KiB under mutual TLS"},
      {"restart", "a supervised child fails 100,000 times, and one by one"},
      {"retry", "a million requests to supervised children, of which one in a "
                "hundred ends its child and is tried again"},
  };
  return list;
}

double percentile(std::vector<double> xs, double share) {
  if (xs.empty())
    return 0;
  std::sort(xs.begin(), xs.end());
  auto index = static_cast<size_t>(share * static_cast<double>(xs.size()));
  return xs[std::min(index, xs.size() - 1)];
}

} // namespace bench
