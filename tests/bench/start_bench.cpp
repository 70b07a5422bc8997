// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "troupe/config.hpp"
#include "troupe/location/starter.hpp"

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

namespace troupe {

namespace {

caf::behavior idle(caf::event_based_actor*) {
  return {[](int) {}};
}

/// Starts as many children as it is told, all at once, and ends them when all
/// have acknowledged.
caf::behavior parent(caf::event_based_actor* self) {
  auto desk = std::make_shared<start_desk>(self);
  auto children = std::make_shared<std::vector<caf::actor>>();
  return {[=](int64_t n) {
    auto promise = self->make_response_promise<int64_t>();
    auto start = pooled(idle);
    auto done = [=](caf::expected<caf::actor> x) mutable {
      children->push_back(std::move(*x));
      if (static_cast<int64_t>(children->size()) < n)
        return;
      for (auto& child : *children)
        caf::anon_send_exit(child, caf::exit_reason::kill);
      children->clear();
      promise.deliver(n);
    };
    for (int64_t i = 0; i < n; ++i)
      start(*desk,
            {.child = "child",
             .generation = 1,
             .timeout = std::chrono::seconds{5}},
            done);
    return promise;
  }};
}

/// Children that acknowledge their start; one item is one child.
void acknowledged_starts(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto x = sys.spawn(parent);
  for (auto _ : state)
    self->request(x, caf::infinite, state.range(0))
        .receive([](int64_t) {},
                 [&](const caf::error&) { state.SkipWithError("no reply"); });
  state.SetItemsProcessed(state.iterations() * state.range(0));
  self->send_exit(x, caf::exit_reason::kill);
}
BENCHMARK(acknowledged_starts)->Arg(1)->Arg(100)->Arg(100'000)->UseRealTime();

} // namespace

} // namespace troupe
