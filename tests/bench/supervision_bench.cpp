// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/config.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

namespace troupe {

namespace {

using clock = std::chrono::steady_clock;

/// When the last worker failed, and how long it took until the next message was
/// handled.
std::atomic<clock::rep> failed_at;
std::atomic<clock::rep> repaired_after;

/// Answers 1 with 1, and fails at 0.
caf::behavior fragile(caf::event_based_actor* self) {
  return {[self](int64_t x) {
    auto now = clock::now().time_since_epoch().count();
    if (x == 0) {
      failed_at = now;
      self->quit(caf::make_error(caf::sec::runtime_error));
    } else if (auto since = failed_at.exchange(0); since != 0) {
      repaired_after = now - since;
    }
    return x;
  }};
}

double seconds_since(clock::time_point x) {
  return std::chrono::duration<double>{clock::now() - x}.count();
}

supervisor_spec many(int64_t n) {
  supervisor_spec result{.intensity = std::nullopt};
  for (int64_t i = 0; i < n; ++i)
    result.children.push_back(
        {.id = "child-" + std::to_string(i), .start = pooled(fragile)});
  return result;
}

void await_end(caf::scoped_actor& self, const caf::actor& x) {
  self->monitor(x);
  self->send_exit(x, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {});
}

/// The whole life of a supervisor with as many children as the argument says:
/// start in order, a crash of one in a hundred at once, stop in order. Tells
/// the seconds of each.
void life_of_many(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto fail = [&](const caf::error&) { state.SkipWithError("no reply"); };
  double start = 0;
  double repair = 0;
  double stop = 0;
  for (auto _ : state) {
    auto began = clock::now();
    auto sup = spawn(sys, supervisor, many(state.range(0)));
    self->request(sup, caf::infinite, ready_atom_v).receive([] {}, fail);
    start += seconds_since(began);
    std::vector<caf::actor> victims;
    for (int64_t i = 0; i < state.range(0); i += 100)
      self->request(sup, caf::infinite, child_atom_v,
                    "child-" + std::to_string(i))
          .receive([&](caf::actor& x) { victims.push_back(std::move(x)); },
                   fail);
    began = clock::now();
    for (auto& x : victims)
      self->send(x, int64_t{0});
    for (auto& x : victims)
      self->request(x, caf::infinite, int64_t{1}).receive([](int64_t) {}, fail);
    repair += seconds_since(began);
    began = clock::now();
    await_end(self, sup);
    stop += seconds_since(began);
  }
  auto average = benchmark::Counter::kAvgIterations;
  state.counters["start_s"] = {start, average};
  state.counters["repair_s"] = {repair, average};
  state.counters["stop_s"] = {stop, average};
}
BENCHMARK(life_of_many)
    ->Arg(1'000)
    ->Arg(100'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// From the failure of a child until its next incarnation handles the message
/// that came after. Tells quantiles in microseconds.
void restart(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto fail = [&](const caf::error&) { state.SkipWithError("no reply"); };
  auto sup = spawn(sys, supervisor, many(1));
  caf::actor child;
  self->request(sup, caf::infinite, child_atom_v, "child-0")
      .receive([&](caf::actor& x) { child = std::move(x); }, fail);
  std::vector<double> micros;
  for (auto _ : state) {
    self->send(child, int64_t{0});
    self->request(child, caf::infinite, int64_t{1})
        .receive([](int64_t) {}, fail);
    micros.push_back(static_cast<double>(repaired_after.load()) / 1e3);
  }
  await_end(self, sup);
  std::sort(micros.begin(), micros.end());
  state.counters["p50_us"] = micros[micros.size() / 2];
  state.counters["p99_us"] = micros[micros.size() * 99 / 100];
}
BENCHMARK(restart)->UseRealTime();

/// Fails at once, as long as there are restarts to do; then answers.
caf::behavior short_lived(caf::event_based_actor* self,
                          std::shared_ptr<std::atomic<int64_t>> restarts) {
  self->send(self, int64_t{0});
  return {[self, restarts](int64_t x) {
    if (x == 0 && restarts->fetch_sub(1) > 0)
      self->quit(caf::make_error(caf::sec::runtime_error));
    return x;
  }};
}

/// A child that fails again and again; an item is one restart. The argument is
/// the number of restarts.
void restart_storm(benchmark::State& state) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto fail = [&](const caf::error&) { state.SkipWithError("no reply"); };
  auto restarts = std::make_shared<std::atomic<int64_t>>(0);
  supervisor_spec spec{
      .children = {{.id = "child", .start = pooled(short_lived, restarts)}},
      .intensity = std::nullopt};
  for (auto _ : state) {
    *restarts = state.range(0);
    auto sup = spawn(sys, supervisor, spec);
    while (*restarts > 0)
      self->request(sup, caf::infinite, count_atom_v)
          .receive([](const child_counts&) {}, fail);
    await_end(self, sup);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(restart_storm)->Arg(1'000)->Arg(100'000)->UseRealTime();

} // namespace

} // namespace troupe
