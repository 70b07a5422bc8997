// SPDX-License-Identifier: Apache-2.0

#include "compute_worker.hpp"

#include <chrono>

#include "caf/event_based_actor.hpp"
#include "caf/expected.hpp"

#include "troupe/actors/all.hpp"
#include "troupe/actors/fib.hpp"
#include "troupe/actors/particles.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/pool/mapper.hpp"
#include "troupe/scheduling/cancel_token.hpp"

#include "compute_task.hpp"

namespace server_app {

caf::behavior compute_worker(caf::event_based_actor* self) {
  auto compute =
      [self](const compute_task& x) -> caf::expected<compute_result> {
    auto start = std::chrono::steady_clock::now();
    compute_result result;
    switch (x.what) {
      case compute_task::kind::fib: {
        auto value = troupe::fib(x.n, troupe::cancel_token{self});
        if (!value)
          return troupe::make_error(troupe::errc::task_cancelled,
                                    "the number was given up");
        result.fib = *value;
        break;
      }
      case compute_task::kind::particles:
        result.sums = troupe::simulate(x.particles);
        break;
    }
    result.busy = std::chrono::steady_clock::now() - start;
    return result;
  };
  return troupe::mapper(self, compute);
}

void add_types(troupe::config& to) {
  troupe::add_actor_types(to);
  to.add_message_type<compute_result>("server::result");
  to.add_message_type<compute_task>("server::task");
  to.add_actor_type(compute_worker_type, compute_worker);
}

} // namespace server_app
