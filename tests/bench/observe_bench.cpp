// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/config.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

namespace troupe {

namespace {

caf::behavior quiet(caf::event_based_actor*) {
  return {[](int64_t x) { return x; }};
}

supervisor_spec flock(int64_t n) {
  supervisor_spec result{.intensity = std::nullopt};
  for (int64_t i = 0; i < n; ++i)
    result.children.push_back(
        {.id = "child-" + std::to_string(i), .start = pooled(quiet)});
  return result;
}

/// A snapshot of as many children as the argument says, under one supervisor.
void snapshot_of_many(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto fail = [&](const caf::error&) { state.SkipWithError("no reply"); };
  auto sup = spawn(sys, supervisor, flock(state.range(0)));
  self->request(sup, caf::infinite, ready_atom_v).receive([] {}, fail);
  {
    observer eyes{sys, {.roots = {{"flock", sup}}}};
    snapshot_query query{.deadline = std::chrono::minutes{1},
                         .max_children = 1'000'000};
    for (auto _ : state)
      self->request(eyes.handle(), caf::infinite, snapshot_atom_v, query)
          .receive(
              [&](const system_snapshot& x) {
                auto n = x.nodes.front().children.size();
                if (n != static_cast<size_t>(state.range(0)) + 1)
                  state.SkipWithError("children are missing");
              },
              fail);
  }
  self->monitor(sup);
  self->send_exit(sup, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {});
}

BENCHMARK(snapshot_of_many)
    ->Arg(1'000)
    ->Arg(100'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

} // namespace

} // namespace troupe
