// SPDX-License-Identifier: Apache-2.0

// What a child's handle costs: messages through it beside direct ones, and the
// memory of child and handle beside that of a stock actor.

#include <benchmark/benchmark.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <fstream>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "troupe/config.hpp"
#include "troupe/location/start_desk.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "caf/actor_system.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "supervision/child_handle.hpp"

namespace troupe {

namespace {

constexpr int direct = 0;
constexpr int handle = 1;

/// A cell, and what others send to.
struct target {
  target(caf::actor_system& sys, int64_t way, const handle_options& opts,
         caf::behavior (*f)(caf::event_based_actor*)) {
    if (way == direct) {
      cell = address = spawn(sys, f);
      return;
    }
    owner = child_handle::make(sys, opts);
    cell = spawn(sys, {.hooks = owner->hooks()}, f);
    owner->bind(cell, 1);
    address = owner->handle();
  }

  ~target() {
    if (owner != nullptr)
      owner->close(caf::exit_reason::user_shutdown);
    caf::anon_send_exit(cell, caf::exit_reason::user_shutdown);
  }

  child_handle::pointer owner;
  caf::actor cell;
  caf::actor address;
};

/// Passes a number to and fro until it is zero.
caf::behavior player(caf::event_based_actor* self) {
  auto partner = std::make_shared<caf::actor>();
  auto referee = std::make_shared<caf::actor>();
  return {
      [=](int left) {
        if (left > 0)
          self->send(*partner, left - 1);
        else
          self->send(*referee, left);
      },
      [=](const caf::actor& x, const caf::actor& y) {
        *partner = x;
        *referee = y;
      },
  };
}

/// Messages between two actors, all of them direct or all through handles.
void handle_ping_pong(benchmark::State& state) {
  constexpr int messages = 10'000;
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  target a{sys, state.range(0), {}, player};
  target b{sys, state.range(0), {}, player};
  self->send(a.address, b.address, caf::actor{self.ptr()});
  self->send(b.address, a.address, caf::actor{self.ptr()});
  for (auto _ : state) {
    self->send(a.address, messages);
    self->receive([](int) {});
  }
  state.SetItemsProcessed(state.iterations() * messages);
}
BENCHMARK(handle_ping_pong)
    ->ArgName("handle")
    ->Arg(direct)
    ->Arg(handle)
    ->UseRealTime();

/// Counts down.
caf::behavior counter(caf::event_based_actor* self) {
  return {
      [=](int left, const caf::actor& referee) {
        if (left == 0)
          self->send(referee, left);
      },
  };
}

/// Messages of one sender that does not wait.
void flood(benchmark::State& state, const handle_options& opts) {
  constexpr int messages = 10'000;
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  target sink{sys, state.range(0), opts, counter};
  auto source = spawn(sys, [&](caf::event_based_actor* me) -> caf::behavior {
    return {[me, dest = sink.address](const caf::actor& referee) {
      for (int i = messages; i-- > 0;)
        me->send(dest, i, referee);
    }};
  });
  for (auto _ : state) {
    self->send(source, caf::actor{self.ptr()});
    self->receive([](int) {});
  }
  caf::anon_send_exit(source, caf::exit_reason::user_shutdown);
  state.SetItemsProcessed(state.iterations() * messages);
}

void handle_flood(benchmark::State& state) {
  flood(state, {});
}
BENCHMARK(handle_flood)
    ->ArgName("handle")
    ->Arg(direct)
    ->Arg(handle)
    ->UseRealTime();

/// The same where the handle keeps each message until it is done.
void handle_flood_retry(benchmark::State& state) {
  flood(state, {.in_flight = {.policy = in_flight_policy::retry}});
}
BENCHMARK(handle_flood_retry)->ArgName("handle")->Arg(handle)->UseRealTime();

caf::behavior idle(caf::event_based_actor*) {
  return {[](int x) { return x; }};
}

size_t resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  size_t pages = 0;
  in >> pages >> pages;
  return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

enum class kind { stock, cell, supervised };

/// Returns the memory of one of many idle actors.
double bytes_per_actor(kind what, size_t number) {
  config cfg;
  caf::actor_system sys{cfg};
  std::vector<caf::actor> actors(number);
  std::vector<child_handle::pointer> handles(number);
  std::atomic<size_t> up = 0;
  std::atomic<size_t> bound = 0;
  auto f = [&up](caf::event_based_actor* self) {
    up.fetch_add(1, std::memory_order_release);
    return idle(self);
  };
  auto before = resident_bytes();
  std::function<void(start_desk)> start_next = [&](start_desk desk) {
    auto i = bound.load();
    if (i == number)
      return;
    handles[i] = child_handle::make(sys, {});
    start_context as{
        .child = "child-1", .generation = 1, .hooks = handles[i]->hooks()};
    pooled(f)(desk, std::move(as), [&, i, desk](caf::expected<caf::actor> x) {
      actors[i] = *x;
      handles[i]->bind(*x, 1);
      bound.fetch_add(1);
      start_next(desk);
    });
  };
  if (what == kind::supervised)
    sys.spawn([&](caf::event_based_actor* parent) {
      start_next(start_desk{parent});
    });
  for (size_t i = 0; i < number; ++i) {
    switch (what) {
      case kind::stock:
        actors[i] = sys.spawn(f);
        break;
      case kind::cell:
        actors[i] = spawn(sys, f);
        break;
      case kind::supervised:
        break;
    }
  }
  while (up.load(std::memory_order_acquire) < number)
    std::this_thread::yield();
  while (what == kind::supervised && bound.load() < number)
    std::this_thread::yield();
  auto after = resident_bytes();
  for (auto& x : handles)
    if (x != nullptr)
      x->close(caf::exit_reason::user_shutdown);
  for (auto& x : actors)
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  actors.clear();
  return static_cast<double>(after - before) / static_cast<double>(number);
}

/// In a process of its own, where no memory has been used before. There is no
/// thread yet when it is forked off.
double bytes_per_actor_apart(kind what, size_t number) {
  int ends[2];
  if (pipe(ends) != 0)
    return 0;
  auto child = fork();
  if (child == 0) {
    auto result = bytes_per_actor(what, number);
    auto done = write(ends[1], &result, sizeof(result)) == sizeof(result);
    _exit(done ? 0 : 1);
  }
  close(ends[1]);
  double result = 0;
  if (read(ends[0], &result, sizeof(result)) != sizeof(result))
    result = 0;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return result;
}

/// Resident bytes per actor, of so many that the rest of the last 2 MiB of each
/// kind of memory hardly counts; the counter `ratio` is that of child and
/// handle to a stock actor.
void handle_memory(benchmark::State& state) {
  auto number = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    auto stock = bytes_per_actor_apart(kind::stock, number);
    auto cell = bytes_per_actor_apart(kind::cell, number);
    auto both = bytes_per_actor_apart(kind::supervised, number);
    if (stock == 0 || cell == 0 || both == 0) {
      state.SkipWithError("a process has failed");
      return;
    }
    state.counters["stock"] = stock;
    state.counters["cell"] = cell;
    state.counters["child_and_handle"] = both;
    state.counters["ratio"] = both / stock;
  }
}
BENCHMARK(handle_memory)->Arg(200'000)->Iterations(1)->UseRealTime();

} // namespace

} // namespace troupe
