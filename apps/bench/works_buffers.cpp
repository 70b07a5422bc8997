// SPDX-License-Identifier: Apache-2.0

// 64 MiB that are handed to somebody, and handed back.

#include "works_buffers.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"
#include "troupe/config.hpp"
#include "troupe/process/process.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/process/run_as_worker.hpp"
#include "troupe/supervision/supervisor.hpp"

#include "actors.hpp"
#include "two_processes.hpp"

namespace bench {

namespace {

constexpr size_t size = size_t{64} << 20;

constexpr int rounds = 200;

using bytes = std::vector<uint8_t>;
using owned = troupe::owned_buffer<uint8_t>;
using frozen = troupe::frozen_buffer<uint8_t>;

owned make(caf::actor_system& sys) {
  auto result = std::move(*troupe::make_buffer<uint8_t>(sys, size));
  for (auto& x : result.span())
    x = 1;
  return result;
}

/// Sends back what it gets; of what it may only read, the size.
caf::behavior echo(caf::event_based_actor*) {
  return {[](bytes& x) { return std::move(x); },
          [](owned& x) { return std::move(x); },
          [](const frozen& x) { return uint64_t{x.size()}; }};
}

/// Hands `data` to `to` over and over, from an actor, and tells the times.
template <class Data>
void pass(caf::event_based_actor* self, caf::actor to,
          std::shared_ptr<Data> data,
          std::shared_ptr<std::vector<double>> times, caf::actor out) {
  auto start = clock::now();
  self->request(to, caf::infinite, std::move(*data)).then([=](Data& back) {
    times->push_back(seconds_since(start) * 1e6);
    *data = std::move(back);
    if (times->size() < rounds)
      pass(self, to, data, times, out);
    else
      self->send(out, 0);
  });
}

/// How long it takes from one actor to another and back.
template <class Data>
double between_actors(stage& s, const caf::actor& to, Data data) {
  auto box = std::make_shared<Data>(std::move(data));
  auto times = std::make_shared<std::vector<double>>();
  s.start(
      s.system(),
      [=](caf::event_based_actor* self, caf::actor out) {
        pass(self, to, box, times, out);
      },
      caf::actor{s.me()});
  s.wait();
  return percentile(*times, 0.5);
}

/// How long it takes from this thread to an actor and back.
template <class Data>
double from_thread(caf::scoped_actor& self, const caf::actor& to, Data data) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    auto start = clock::now();
    self->request(to, caf::infinite, std::move(data))
        .receive([&](Data& back) { data = std::move(back); },
                 [](const caf::error&) {});
    times.push_back(seconds_since(start) * 1e6);
  }
  return percentile(times, 0.5);
}

template <class Data>
outcome thread_times(stage& s, Data first, Data second) {
  auto to = s.spawn(echo);
  return {{{"between_actors", "us", better::lower,
            between_actors(s, to, std::move(first))},
           {"there_and_back", "us", better::lower,
            from_thread(s.me(), to, std::move(second))}}};
}

/// How long it takes to hand to another process what it may only read.
double share(caf::scoped_actor& self, const caf::actor& to,
             caf::actor_system& sys) {
  std::vector<double> times;
  for (int i = 0; i < 20; ++i) {
    auto data = make(sys).freeze();
    auto start = clock::now();
    self->request(to, caf::infinite, std::move(data))
        .receive([](uint64_t) {}, [](const caf::error&) {});
    times.push_back(seconds_since(start) * 1e6);
  }
  return percentile(times, 0.5);
}

void add_types(troupe::config& cfg) {
  cfg.add_actor_type("bench-echo", echo);
}

outcome troupe_process() {
  troupe::config cfg;
  add_types(cfg);
  caf::actor_system sys{cfg};
  auto host = troupe::process_host::open(sys);
  if (!host)
    return {};
  caf::scoped_actor self{sys};
  auto boss = troupe::spawn(
      sys, troupe::supervisor,
      troupe::supervisor_spec{
          .children = {{.id = "a", .start = troupe::process("bench-echo")}}});
  caf::actor child;
  self->request(boss, caf::infinite, troupe::child_atom::value, "a")
      .receive([&](caf::actor& x) { child = std::move(x); },
               [](const caf::error&) {});
  from_thread(self, child, make(sys));
  outcome result{{{"there_and_back", "us", better::lower,
                   from_thread(self, child, make(sys))},
                  {"frozen", "us", better::lower, share(self, child, sys)}}};
  self->monitor(boss);
  self->send_exit(boss, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {});
  return result;
}

/// CAF has no buffers; it sends a copy, and an acknowledgement comes back.
outcome caf_process() {
  auto s = make_linked_stage(false);
  if (!s)
    return {};
  caf::scoped_actor self{s->system()};
  auto data = caf::make_message(std::vector<char>(size, 1));
  std::vector<double> times;
  for (int i = 0; i < 10; ++i) {
    auto start = clock::now();
    auto done = self->request(s->sink(), caf::infinite, int32_t{1});
    self->send(s->sink(), data);
    done.receive([] {}, [](const caf::error&) {});
    times.push_back(seconds_since(start) * 1e6);
  }
  return {{{"frozen", "us", better::lower, percentile(times, 0.5)}}};
}

} // namespace

outcome buffer_thread(bool on_troupe) {
  stage s{on_troupe};
  if (on_troupe)
    return thread_times(s, make(s.system()), make(s.system()));
  return thread_times(s, bytes(size, 1), bytes(size, 1));
}

outcome buffer_process(bool on_troupe) {
  return on_troupe ? troupe_process() : caf_process();
}

std::optional<int> run_worker_process(int argc, const char* const* argv) {
  troupe::config cfg;
  add_types(cfg);
  return troupe::run_as_worker(cfg, argc, argv);
}

} // namespace bench
