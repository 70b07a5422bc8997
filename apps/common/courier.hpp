// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "caf/actor.hpp"
#include "caf/actor_clock.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/message.hpp"
#include "caf/stateful_actor.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/errc.hpp"

namespace app {

/// Makes the content of the task with that number. Is called once for each, in
/// order, except that a task may be made again after the pool refused it. What
/// it throws ends the run, with the exception's text.
using task_maker = std::function<caf::message(size_t)>;

struct courier_options {
  size_t tasks = 0;
  task_maker make;
  caf::actor pool;

  /// Gets each answer as `(uint64_t task, Result)`, in any order, or one
  /// `delivery_failed`.
  caf::actor receiver;

  /// Tasks that are sent before the first one among them is marked as used.
  size_t window = 64;

  /// A run that has had no worker for so long has failed.
  caf::timespan patience = std::chrono::seconds{10};
};

/// A task was answered with an error, or the pool is gone; nothing comes after
/// that.
struct delivery_failed {
  size_t task = 0;
  std::string reason;
};

/// Tells the courier that its receiver is done with so many answers.
struct answers_used {
  size_t count = 0;
};

/// Tells the courier to send refused tasks again.
struct send_again {
  size_t task = 0;
};

} // namespace app

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(app::answers_used)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(app::delivery_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(app::send_again)

namespace app {

struct courier_state {
  courier_options options;
  size_t sent = 0;
  size_t used = 0;
  bool given_up = false;

  /// Since when the pool has had no worker.
  std::optional<caf::actor_clock::time_point> idle_since;

  static inline const char* name = "app.courier";
};

using courier_actor = caf::stateful_actor<courier_state>;

void give_up(courier_actor* self, size_t task, std::string reason);

/// Sends a task again after a pause if the pool could not take it, else gives
/// up.
void handle_refusal(courier_actor* self, size_t task, const caf::error& reason);

template <class Result>
void send_task(courier_actor* self, size_t task) {
  auto& options = self->state.options;
  caf::message content;
  try {
    content = options.make(task);
  } catch (const std::exception& x) {
    give_up(self, task, x.what());
    return;
  }
  self->request(options.pool, caf::infinite, std::move(content))
      .then(
          [=](Result& x) {
            self->state.idle_since.reset();
            self->send(self->state.options.receiver, uint64_t{task},
                       std::move(x));
          },
          [=](const caf::error& reason) {
            handle_refusal(self, task, reason);
          });
}

template <class Result>
void send_tasks(courier_actor* self) {
  auto& st = self->state;
  while (st.sent < st.options.tasks && st.sent < st.used + st.options.window
         && !st.given_up)
    send_task<Result>(self, st.sent++);
}

/// Sends tasks to a pool and hands on the answers, each one a `Result`.
///
/// | accepts        | effect                     |
/// |----------------|----------------------------|
/// | `answers_used` | makes room for more tasks  |
template <class Result>
caf::behavior courier(courier_actor* self, courier_options options) {
  self->state.options = std::move(options);
  self->monitor(self->state.options.pool);
  self->set_down_handler([self](const caf::down_msg& x) {
    self->send(
        self->state.options.receiver,
        delivery_failed{0, "the pool ended: " + troupe::describe(x.reason)});
    self->quit();
  });
  send_tasks<Result>(self);
  return {
      [self](answers_used x) {
        self->state.used += x.count;
        send_tasks<Result>(self);
      },
      [self](send_again x) { send_task<Result>(self, x.task); },
  };
}

} // namespace app
