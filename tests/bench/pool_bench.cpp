// SPDX-License-Identifier: Apache-2.0

#include <cstdint>

#include <benchmark/benchmark.h>

#include "support/task_client.hpp"
#include "troupe/config.hpp"
#include "troupe/pool/pool.hpp"

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

namespace troupe {

namespace {

int64_t next(int64_t x) {
  return x + 1;
}

caf::behavior counter() {
  return {next};
}

/// Tiny tasks from one client that keeps 4,096 of them open; one item is one
/// task. The argument is the number of workers.
void tiny_tasks(benchmark::State& state, routing policy) {
  constexpr size_t tasks = 10'000;
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  pool_options options;
  options.policy = policy;
  for (int64_t i = 0; i < state.range(0); ++i)
    options.workers.push_back(pooled(counter));
  auto crowd = sys.spawn<pool>(std::move(options));
  for (auto _ : state) {
    auto client = sys.spawn<test::task_client>(crowd, tasks, 4096, next);
    auto fail = [&](const caf::error&) { state.SkipWithError("no reply"); };
    self->request(client, caf::infinite, caf::ok_atom_v).receive([] {}, fail);
    self->send_exit(client, caf::exit_reason::user_shutdown);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(tasks));
  self->send_exit(crowd, caf::exit_reason::user_shutdown);
}
BENCHMARK_CAPTURE(tiny_tasks, least_loaded, routing::least_loaded)
    ->Arg(2)
    ->Arg(16)
    ->UseRealTime();
BENCHMARK_CAPTURE(tiny_tasks, round_robin, routing::round_robin)
    ->Arg(2)
    ->UseRealTime();

/// One task at a time through a pool, there and back.
void one_task(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  pool_options options;
  options.workers.push_back(pooled(counter));
  auto crowd = sys.spawn<pool>(std::move(options));
  for (auto _ : state)
    self->request(crowd, caf::infinite, int64_t{1})
        .receive([](int64_t) {},
                 [&](const caf::error&) { state.SkipWithError("no reply"); });
  self->send_exit(crowd, caf::exit_reason::user_shutdown);
}
BENCHMARK(one_task)->UseRealTime();

} // namespace

} // namespace troupe
