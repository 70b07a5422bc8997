// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/fib.hpp"

#include <chrono>
#include <string>

#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// Takes a few milliseconds.
constexpr int64_t longest_without_look = 30;

uint64_t recurse(int64_t n) {
  return n < 2 ? static_cast<uint64_t>(n) : recurse(n - 1) + recurse(n - 2);
}

} // namespace

// Without the attribute a compiler may see that equal arguments give equal
// results and compute ten calls once.
[[gnu::noipa]] uint64_t fib(int64_t n) {
  return recurse(n);
}

std::optional<uint64_t> fib(int64_t n, const cancel_token& cancel) {
  if (cancel.requested())
    return std::nullopt;
  if (n <= longest_without_look)
    return fib(n);
  auto x = fib(n - 1, cancel);
  auto y = x ? fib(n - 2, cancel) : std::nullopt;
  return y ? std::optional{*x + *y} : std::nullopt;
}

uint64_t fib_iterative(int64_t n) {
  uint64_t current = 0;
  uint64_t next = 1;
  for (int64_t i = 0; i < n; ++i) {
    auto sum = current + next;
    current = next;
    next = sum;
  }
  return current;
}

caf::behavior fib_worker(caf::event_based_actor* self) {
  return {
      [self](int64_t n) -> caf::result<uint64_t, caf::timespan> {
        if (n < 0 || n > max_fib)
          return caf::make_error(caf::sec::invalid_argument,
                                 "n is " + std::to_string(n) + ", must be 0 to "
                                     + std::to_string(max_fib));
        auto start = std::chrono::steady_clock::now();
        auto value = fib(n, cancel_token{self});
        if (!value)
          return make_error(errc::task_cancelled, "the call was given up");
        caf::timespan elapsed = std::chrono::steady_clock::now() - start;
        return {*value, elapsed};
      },
  };
}

} // namespace troupe
