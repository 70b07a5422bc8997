// SPDX-License-Identifier: Apache-2.0

#include "counted_worker.hpp"

#include <utility>

#include "caf/event_based_actor.hpp"
#include "caf/message.hpp"

#include "troupe/actors/fib.hpp"

namespace fib_app {

caf::behavior counted_worker(caf::event_based_actor* self,
                             task_counter answered) {
  return {
      [worker = troupe::fib_worker(self),
       answered = std::move(answered)](int64_t n) mutable {
        auto task = caf::make_message(n);
        auto reply = worker(task);
        answered->fetch_add(1, std::memory_order_relaxed);
        return reply ? std::move(*reply) : caf::message{};
      },
  };
}

} // namespace fib_app
