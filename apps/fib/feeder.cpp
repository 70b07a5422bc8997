// SPDX-License-Identifier: Apache-2.0

#include "feeder.hpp"

#include <utility>

#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/event_based_actor.hpp"

#include "troupe/base/errc.hpp"

namespace fib_app {

namespace {

using feeder_actor = caf::stateful_actor<feeder_state>;

constexpr auto pause = std::chrono::milliseconds{20};

/// Reminds the feeder to hand over what it has collected.
struct flush {};

/// Ends a pause.
struct resume {};

} // namespace

} // namespace fib_app

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(fib_app::flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(fib_app::resume)

namespace fib_app {

namespace {

/// Collects an answer; the first one of a batch schedules the hand-over behind
/// whatever waits in the mailbox by then.
result_batch& open_batch(feeder_actor* self) {
  auto& batch = self->state.batch;
  if (batch.results.empty() && batch.failures.empty())
    self->send(self, flush{});
  return batch;
}

uint32_t worker_number(feeder_actor* self) {
  auto& st = self->state;
  auto* worker = self->current_sender().get();
  auto next = static_cast<uint32_t>(st.workers.size());
  auto [i, added] = st.workers.emplace(
      caf::actor_cast<caf::actor_addr>(self->current_sender()), next);
  if (added)
    st.batch.new_workers.push_back(worker != nullptr ? worker->node()
                                                     : caf::node_id{});
  return i->second;
}

void give_up(feeder_actor* self, std::string reason) {
  self->send(self->state.options.receiver, feeding_failed{std::move(reason)});
  self->quit();
}

void feed(feeder_actor* self);

void answered(feeder_actor* self, uint32_t task, uint64_t value,
              caf::timespan elapsed) {
  self->state.idle_since.reset();
  auto& batch = open_batch(self);
  batch.results.push_back({task, value, elapsed, worker_number(self)});
}

void refused(feeder_actor* self, uint32_t task, const caf::error& reason) {
  auto& st = self->state;
  if (reason == troupe::errc::no_workers) {
    auto now = self->clock().now();
    if (!st.idle_since)
      st.idle_since = now;
    if (now - *st.idle_since >= st.options.patience) {
      give_up(self, troupe::describe(reason));
      return;
    }
  } else if (reason != troupe::errc::queue_full) {
    open_batch(self).failures.push_back({task, troupe::describe(reason)});
    return;
  }
  if (st.plan->refused(task))
    self->delayed_send(self, pause, resume{});
}

void feed(feeder_actor* self) {
  auto& st = self->state;
  while (auto task = st.plan->next()) {
    auto n = int64_t{st.options.tasks[*task]};
    self->request(st.options.pool, caf::infinite, n)
        .then(
            [=](uint64_t value, caf::timespan elapsed) {
              answered(self, *task, value, elapsed);
            },
            [=](const caf::error& reason) { refused(self, *task, reason); });
  }
}

} // namespace

caf::behavior feeder(feeder_actor* self, feeder_options options) {
  auto& st = self->state;
  st.plan.emplace(options.tasks.size(), options.window);
  st.options = std::move(options);
  self->monitor(st.options.pool);
  self->set_down_handler([self](const caf::down_msg& x) {
    give_up(self, "the pool ended: " + troupe::describe(x.reason));
  });
  feed(self);
  return {
      [self](flush) {
        self->send(self->state.options.receiver,
                   std::exchange(self->state.batch, {}));
      },
      [self](batch_handled x) {
        self->state.plan->handled(x.answers);
        feed(self);
      },
      [self](resume) {
        self->state.plan->resume();
        feed(self);
      },
  };
}

} // namespace fib_app
