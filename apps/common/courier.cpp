// SPDX-License-Identifier: Apache-2.0

#include "common/courier.hpp"

namespace app {

namespace {

using namespace std::chrono_literals;

constexpr auto pause = 100ms;

} // namespace

void give_up(courier_actor* self, size_t task, std::string reason) {
  self->state.given_up = true;
  self->send(self->state.options.receiver,
             delivery_failed{task, std::move(reason)});
  self->quit();
}

void handle_refusal(courier_actor* self, size_t task,
                    const caf::error& reason) {
  auto& st = self->state;
  auto now = self->clock().now();
  if (reason == troupe::errc::no_workers) {
    if (!st.idle_since)
      st.idle_since = now;
    if (now - *st.idle_since < st.options.patience) {
      self->delayed_send(self, pause, send_again{task});
      return;
    }
  } else if (reason == troupe::errc::queue_full) {
    self->delayed_send(self, pause, send_again{task});
    return;
  }
  give_up(self, task, troupe::describe(reason));
}

} // namespace app
