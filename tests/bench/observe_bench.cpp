// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/config.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/pool/map.hpp"
#include "troupe/pool/mapper.hpp"
#include "troupe/pool/pool.hpp"
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

// -- what it costs to be observed: 0 by nobody, 1 by all there is -------------

using root_kind = observed_root::kind;

/// An observer that is asked for metrics every second, as Prometheus asks.
class audience {
public:
  audience(caf::actor_system& sys, observed_root root)
      : eyes_(sys, {.roots = {std::move(root)}}), thread_([this, &sys] {
          caf::scoped_actor self{sys};
          std::unique_lock guard{mtx_};
          do {
            self->request(eyes_.handle(), caf::infinite, metrics_atom_v,
                          std::string{})
                .receive([](const std::string&) {}, [](const caf::error&) {});
          } while (!over_.wait_for(guard, std::chrono::seconds{1},
                                   [this] { return is_over_; }));
        }) {
    // nop
  }

  ~audience() {
    {
      std::lock_guard guard{mtx_};
      is_over_ = true;
    }
    over_.notify_all();
    thread_.join();
  }

private:
  observer eyes_;
  std::mutex mtx_;
  std::condition_variable over_;
  bool is_over_ = false;
  std::thread thread_;
};

caf::behavior thrower(caf::event_based_actor* self) {
  return {[=](const caf::actor& partner, const caf::actor& referee, int left) {
    if (left > 0)
      self->send(partner, caf::actor{self}, referee, left - 1);
    else
      self->send(referee, left);
  }};
}

/// Throws messages between two actors; one item is one message.
void play(benchmark::State& state, caf::scoped_actor& self, const caf::actor& a,
          const caf::actor& b) {
  constexpr int throws = 10'000;
  for (auto _ : state) {
    self->send(a, b, caf::actor{self.ptr()}, throws);
    self->receive([](int) {});
  }
  state.SetItemsProcessed(state.iterations() * throws);
}

/// Actors that nobody observes, and that remember as many messages as the
/// argument says.
void remembering_ping_pong(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  cell_options options{.history = static_cast<size_t>(state.range(0))};
  play(state, self, spawn(sys, options, thrower), spawn(sys, options, thrower));
}

BENCHMARK(remembering_ping_pong)->Arg(0)->Arg(8)->UseRealTime();

/// Children of one supervisor, which talk to each other without it.
void observed_ping_pong(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto fail = [&](const caf::error&) { state.SkipWithError("no reply"); };
  auto sup = spawn(
      sys, supervisor,
      supervisor_spec{.children = {{.id = "a", .start = pooled(thrower)},
                                   {.id = "b", .start = pooled(thrower)}}});
  self->request(sup, caf::infinite, ready_atom_v).receive([] {}, fail);
  auto incarnation_of = [&](const char* id) {
    caf::actor result;
    self->request(sup, caf::infinite, probe_atom_v, std::string{id})
        .receive([&](const child_info&, const caf::actor& x) { result = x; },
                 fail);
    return result;
  };
  auto a = incarnation_of("a");
  auto b = incarnation_of("b");
  if (a && b) {
    std::optional<audience> all;
    if (state.range(0) != 0)
      all.emplace(sys, observed_root{"flock", sup});
    play(state, self, a, b);
  }
  self->monitor(sup);
  self->send_exit(sup, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {});
}

BENCHMARK(observed_ping_pong)->Arg(0)->Arg(1)->UseRealTime();

/// Tasks of about a microsecond.
caf::behavior multiplier(caf::event_based_actor* self) {
  return mapper(self, [](int64_t x) {
    for (int i = 0; i < 500; ++i)
      benchmark::DoNotOptimize(x = x * 3 + 1);
    return x;
  });
}

/// Tasks through a pool; one item is one task.
void observed_map(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  pool_options options;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i)
    options.workers.push_back(pooled(multiplier));
  auto workers = sys.spawn<pool>(std::move(options));
  {
    std::optional<audience> all;
    if (state.range(0) != 0)
      all.emplace(sys, observed_root{"work", workers, root_kind::pool});
    std::vector<int64_t> inputs(100'000, 1);
    for (auto _ : state)
      if (!map<int64_t>(sys, workers, inputs, std::chrono::minutes{1}))
        state.SkipWithError("failed");
    state.SetItemsProcessed(state.iterations()
                            * static_cast<int64_t>(inputs.size()));
  }
  self->monitor(workers);
  self->send_exit(workers, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {});
}

BENCHMARK(observed_map)->Arg(0)->Arg(1)->UseRealTime();

} // namespace

} // namespace troupe
