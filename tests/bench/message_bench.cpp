// SPDX-License-Identifier: Apache-2.0

#include <benchmark/benchmark.h>

#include "troupe/config.hpp"

#include "caf/actor_system.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

namespace troupe {

namespace {

caf::behavior echo() {
  return {[](int x) { return x; }};
}

/// Passes a number to and fro until it is zero.
caf::behavior player(caf::event_based_actor* self) {
  return {
      [=](const caf::actor& partner, const caf::actor& referee, int left) {
        if (left > 0)
          self->send(partner, caf::actor{self}, referee, left - 1);
        else
          self->send(referee, left);
      },
  };
}

/// A request from outside the system and its reply.
void ask(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto worker = sys.spawn(echo);
  for (auto _ : state)
    self->request(worker, caf::infinite, 1)
        .receive([](int) {},
                 [&](const caf::error&) { state.SkipWithError("no reply"); });
}
BENCHMARK(ask)->UseRealTime();

/// Messages between two actors; one item is one message.
void ping_pong(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto a = sys.spawn(player);
  auto b = sys.spawn(player);
  for (auto _ : state) {
    self->send(a, b, caf::actor{self.ptr()}, 1000);
    self->receive([](int) {});
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(ping_pong)->UseRealTime();

/// Actors that are started, asked once, and end.
void spawn_and_ask(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  for (auto _ : state)
    self->request(sys.spawn(echo), caf::infinite, 1)
        .receive([](int) {},
                 [&](const caf::error&) { state.SkipWithError("no reply"); });
}
BENCHMARK(spawn_and_ask)->UseRealTime();

} // namespace

} // namespace troupe
