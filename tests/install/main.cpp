// SPDX-License-Identifier: Apache-2.0

// [example]
#include <chrono>
#include <cstdint>
#include <iostream>
#include <stdexcept>

#include "troupe/all.hpp"

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

// A worker is a plain CAF actor; it knows nothing of pools or nodes.
caf::behavior square_root(caf::event_based_actor*) {
  return {[](int64_t n) {
    if (n == 13)
      throw std::runtime_error("superstition");
    int64_t root = 0;
    while ((root + 1) * (root + 1) <= n)
      ++root;
    return root;
  }};
}

int main() {
  troupe::config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  troupe::pool_options options;
  options.workers = {troupe::pooled(square_root), troupe::thread(square_root)};
  auto pool = sys.spawn<troupe::pool>(std::move(options));
  for (int64_t n : {144, 13, 169})
    self->request(pool, std::chrono::seconds{10}, n)
        .receive(
            [=](int64_t root) {
              std::cout << "root of " << n << ": " << root << '\n';
            },
            [=](const caf::error& problem) {
              std::cout << "root of " << n << ": " << troupe::describe(problem)
                        << '\n';
            });
  self->send_exit(pool, caf::exit_reason::user_shutdown);
}
// [example]
