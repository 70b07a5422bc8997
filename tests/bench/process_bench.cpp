// SPDX-License-Identifier: Apache-2.0

// Worker processes. The time of a start is that until the first answer.

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include <benchmark/benchmark.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/process/process.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

#include "bench/process_actors.hpp"
#include "support/eventually.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

caf::behavior echo(caf::event_based_actor*) {
  return {
      [](int64_t x) { return x; },
      [](const std::string&) { raise(SIGSEGV); },
  };
}

/// A supervisor of as many children in worker processes as it is told to start.
class fixture {
public:
  explicit fixture(size_t prestarted)
      : host_(process_host::open(sys_, {.prestarted = prestarted})) {
    // nop
  }

  ~fixture() {
    if (boss_) {
      self_->monitor(boss_);
      self_->send_exit(boss_, caf::exit_reason::user_shutdown);
      self_->receive([](const caf::down_msg&) {});
    }
  }

  /// Starts a child and waits for its first answer.
  caf::actor start() {
    boss_ = spawn(sys_, supervisor,
                  supervisor_spec{
                      .children = {{.id = "a", .start = process("bench-echo")}},
                      .intensity = std::nullopt});
    caf::actor result;
    self_->request(boss_, caf::infinite, child_atom_v, "a")
        .receive([&](caf::actor& x) { result = std::move(x); },
                 [](const caf::error&) {});
    ask(result);
    return result;
  }

  void stop() {
    self_->monitor(boss_);
    self_->send_exit(boss_, caf::exit_reason::user_shutdown);
    self_->receive([](const caf::down_msg&) {});
    boss_ = nullptr;
  }

  /// Waits until a process is ready.
  void await_ready() {
    if (!test::eventually(60s, [this] { return host_->ready() > 0; }))
      std::abort();
  }

  void ask(const caf::actor& x) {
    self_->request(x, caf::infinite, int64_t{1})
        .receive([](int64_t) {}, [](const caf::error&) {});
  }

  void crash(const caf::actor& x) {
    self_->send(x, std::string{"segv"});
  }

private:
  config cfg_;
  caf::actor_system sys_{cfg_.threads(2)};
  caf::expected<process_host> host_;
  caf::scoped_actor self_{sys_};
  caf::actor boss_;
};

void process_cold_start(benchmark::State& state) {
  fixture x{0};
  for (auto _ : state) {
    x.start();
    state.PauseTiming();
    x.stop();
    state.ResumeTiming();
  }
}

BENCHMARK(process_cold_start)
    ->Iterations(20)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void process_prestarted_start(benchmark::State& state) {
  fixture x{1};
  for (auto _ : state) {
    state.PauseTiming();
    x.await_ready();
    state.ResumeTiming();
    x.start();
    state.PauseTiming();
    x.stop();
    state.ResumeTiming();
  }
}

BENCHMARK(process_prestarted_start)
    ->Iterations(20)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// From the message that kills the process to the next answer, without and with
/// a process that is kept ready.
void process_crash_and_restart(benchmark::State& state) {
  fixture x{static_cast<size_t>(state.range(0))};
  auto child = x.start();
  for (auto _ : state) {
    state.PauseTiming();
    if (state.range(0) > 0)
      x.await_ready();
    state.ResumeTiming();
    x.crash(child);
    x.ask(child);
  }
}

BENCHMARK(process_crash_and_restart)
    ->Arg(0)
    ->Arg(1)
    ->Iterations(20)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void process_round_trip(benchmark::State& state) {
  fixture x{0};
  auto child = x.start();
  for (auto _ : state)
    x.ask(child);
}

BENCHMARK(process_round_trip)->UseRealTime()->Unit(benchmark::kMicrosecond);

} // namespace

void add_bench_actors(config& cfg) {
  cfg.add_actor_type("bench-echo", echo);
}

} // namespace troupe
