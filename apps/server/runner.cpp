// SPDX-License-Identifier: Apache-2.0

#include "runner.hpp"

#include <chrono>
#include <utility>

#include "troupe/base/errc.hpp"

namespace server_app {

namespace {

using troupe::errc;

using runner_actor = caf::stateful_actor<runner_state>;

void send_tasks(runner_actor* self, const caf::actor& desk);

void task_done(runner_actor* self, const caf::actor& desk, size_t task,
               const caf::error& reason) {
  auto& st = self->state;
  auto& order = *st.order;
  if (reason) {
    self->send(desk,
               job_finished{order.id,
                            to_problem(reason, order.work->task_name(task))});
    self->quit();
    return;
  }
  auto total = order.work->tasks();
  if (++st.done == total) {
    self->send(desk, job_finished{order.id, web::dump(order.work->result())});
    self->quit();
    return;
  }
  if ((st.done - st.told) * 100 >= total) {
    st.told = st.done;
    self->send(desk, job_progress{order.id, st.done});
  }
  send_tasks(self, desk);
}

void send_tasks(runner_actor* self, const caf::actor& desk) {
  auto& st = self->state;
  auto& order = *st.order;
  for (; st.sent < order.work->tasks() && st.sent < st.done + order.window;
       ++st.sent)
    order.work->ask(self, order.pool, st.sent,
                    [self, desk, task = st.sent](const caf::error& reason) {
                      task_done(self, desk, task, reason);
                    });
}

} // namespace

caf::behavior runner(runner_actor* self, std::shared_ptr<run_order> order,
                     caf::actor desk) {
  self->state.order = std::move(order);
  send_tasks(self, desk);
  // Nobody talks to it; it lives by its requests.
  return {[](caf::unit_t) {}};
}

web::problem to_problem(const caf::error& reason, const std::string& task) {
  using namespace std::chrono_literals;
  auto text = troupe::describe(reason);
  if (!task.empty())
    text = task + ": " + text;
  if (reason == errc::queue_full)
    return {.status = 429, .detail = std::move(text), .retry_after = 1s};
  if (reason == errc::no_workers || reason == errc::pool_stopped
      || reason == errc::supervisor_stopping)
    return {.status = 503, .detail = std::move(text), .retry_after = 1s};
  return {.status = 500, .detail = std::move(text)};
}

} // namespace server_app
