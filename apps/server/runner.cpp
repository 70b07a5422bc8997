// SPDX-License-Identifier: Apache-2.0

#include "runner.hpp"

#include <algorithm>
#include <utility>

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/pool/map.hpp"
#include "troupe/scheduling/trace_switch.hpp"

#include "computation.hpp"

namespace server_app {

namespace {

using namespace std::chrono_literals;
using troupe::errc;

using runner_actor = caf::stateful_actor<runner_state>;

void finish(runner_actor* self, const caf::actor& desk, job_outcome outcome) {
  self->send(desk, job_finished{self->state.order->id, std::move(outcome)});
  self->quit();
}

} // namespace

caf::behavior runner(runner_actor* self, std::shared_ptr<run_order> order,
                     caf::actor desk) {
  auto left = order->deadline - std::chrono::steady_clock::now();
  auto total = order->tasks.size();
  self->state.order = order;
  troupe::trace_switch for_request{order->trace};
  troupe::map<compute_result>(self, order->pool, std::move(order->tasks),
                              {.time_limit = std::max<caf::timespan>(left, 1us),
                               .group = order->id,
                               .progress_to = self})
      .then(
          [=](const std::vector<compute_result>& results) {
            finish(self, desk, web::dump(answer_to(order->what, results)));
          },
          [=](const caf::error& reason) {
            finish(self, desk, to_problem(reason));
          });
  return {
      [=](troupe::progress_atom, uint64_t done, uint64_t) {
        auto& told = self->state.told;
        if ((done - told) * 100 < total)
          return;
        told = done;
        self->send(desk, job_progress{self->state.order->id, told});
      },
  };
}

web::problem to_problem(const caf::error& reason) {
  auto text = troupe::describe(reason);
  if (reason == errc::deadline_passed)
    return {.status = 504, .detail = "its deadline passed: " + text};
  if (reason == errc::no_workers || reason == errc::pool_stopped
      || reason == errc::supervisor_stopping)
    return {.status = 503, .detail = std::move(text), .retry_after = 1s};
  return {.status = 500, .detail = std::move(text)};
}

} // namespace server_app
