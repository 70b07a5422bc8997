// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>

#include <mimalloc.h>

#include "troupe/actors/fib.hpp"
#include "troupe/config.hpp"
#include "troupe/supervision/restart_budget.hpp"

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

int main() {
  troupe::config cfg;
  if (auto problem = cfg.check()) {
    std::cerr << to_string(problem) << '\n';
    return 1;
  }
  troupe::restart_budget budget{{.restarts = 1}};
  if (!budget.spend(troupe::restart_budget::time_point{}))
    return 1;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto worker = sys.spawn(troupe::fib_worker);
  self->request(worker, std::chrono::seconds{10}, int64_t{20})
      .receive(
          [](uint64_t result, caf::timespan) {
            std::cout << "fib(20) = " << result << '\n';
          },
          [&](const caf::error& problem) {
            std::cerr << sys.render(problem) << '\n';
          });
  self->send_exit(worker, caf::exit_reason::user_shutdown);
  auto memory = std::make_unique<int64_t>();
  if (mi_is_in_heap_region(memory.get()))
    std::cout << "memory comes from mimalloc\n";
}
