// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <cstdint>
#include <iostream>

#include "troupe/actors/fib.hpp"
#include "troupe/all.hpp"

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

int main() {
  troupe::config cfg;
  if (auto problem = cfg.check()) {
    std::cerr << troupe::describe(problem) << '\n';
    return 1;
  }
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  troupe::pool_options options;
  options.workers = {troupe::pooled(troupe::fib_worker),
                     troupe::thread(troupe::fib_worker)};
  auto pool = sys.spawn<troupe::pool>(options);
  auto status = 1;
  self->request(pool, std::chrono::seconds{10}, int64_t{20})
      .receive(
          [&](uint64_t result, caf::timespan) {
            std::cout << "fib(20) = " << result << '\n';
            status = 0;
          },
          [](const caf::error& problem) {
            std::cerr << troupe::describe(problem) << '\n';
          });
  self->send_exit(pool, caf::exit_reason::user_shutdown);
  return status;
}
