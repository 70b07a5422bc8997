// SPDX-License-Identifier: Apache-2.0

#include "actors.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

#include <sys/resource.h>

#include "caf/actor_registry.hpp"

#include "works_buffers.hpp"
#include "works_remote.hpp"

namespace bench {

namespace {

caf::behavior player(caf::event_based_actor* self, caf::actor out) {
  auto peer = std::make_shared<caf::actor>();
  return {[=](caf::actor x) { *peer = x; },
          [=](int n) {
            if (n == 0)
              self->send(out, 0);
            else
              self->send(*peer, n - 1);
          }};
}

double pingpong_rate(stage& s, int n) {
  auto ping = s.spawn(player, caf::actor{s.me()});
  auto pong = s.spawn(player, caf::actor{s.me()});
  s.me()->send(ping, pong);
  s.me()->send(pong, ping);
  auto start = clock::now();
  s.me()->send(ping, n);
  s.wait();
  return n / seconds_since(start);
}

} // namespace

outcome pingpong(bool on_troupe) {
  constexpr int n = 2'000'000;
  stage s{on_troupe};
  pingpong_rate(s, n / 10);
  outcome result{{{"rate", "messages/s", better::higher, pingpong_rate(s, n)}}};
  if (on_troupe) {
    // The same without recorder, in turn, to see what that costs.
    troupe::cell_options opts;
    opts.history = 0;
    stage plain{true, opts};
    pingpong_rate(plain, n / 10);
    double with = 0;
    double without = 0;
    for (int i = 0; i < 4; ++i) {
      with += 1 / pingpong_rate(s, n / 4);
      without += 1 / pingpong_rate(plain, n / 4);
    }
    result.values.push_back(
        {"recorder_cost", "share", better::lower, (with - without) / with});
  }
  return result;
}

outcome ring(bool on_troupe) {
  constexpr int n = 2'000'000;
  constexpr int size = 503;
  stage s{on_troupe};
  std::vector<caf::actor> xs;
  for (int i = 0; i < size; ++i)
    xs.push_back(s.spawn(player, caf::actor{s.me()}));
  for (int i = 0; i < size; ++i)
    s.me()->send(xs[i], xs[(i + 1) % size]);
  auto run = [&](int hops) {
    auto start = clock::now();
    s.me()->send(xs[0], hops);
    s.wait();
    return hops / seconds_since(start);
  };
  run(n / 10);
  return {{{"rate", "messages/s", better::higher, run(n)}}};
}

outcome many_to_one(bool on_troupe) {
  constexpr int each = 500'000;
  constexpr int producers = 4;
  stage s{on_troupe};
  auto start = clock::now();
  auto sink = s.spawn(
      [](caf::event_based_actor* self, caf::actor out, int total) {
        auto seen = std::make_shared<int>(0);
        return caf::behavior{[=](int) {
          if (++*seen == total)
            self->send(out, 0);
        }};
      },
      caf::actor{s.me()}, each * producers);
  for (int i = 0; i < producers; ++i)
    s.start(s.system(), [sink](caf::event_based_actor* self) {
      for (int j = 0; j < each; ++j)
        self->send(sink, j);
    });
  s.wait();
  auto rate = each * producers / seconds_since(start);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {{{"rate", "messages/s", better::higher, rate},
           {"peak_memory", "bytes", better::lower,
            static_cast<double>(usage.ru_maxrss) * 1024}}};
}

outcome spawn(bool on_troupe) {
  constexpr int n = 500'000;
  std::atomic<int> started = 0;
  auto s = std::make_unique<stage>(on_troupe);
  // Children end as they answer: the system counts those that have not.
  auto& registry = s->system().registry();
  auto others = registry.running() + 1;
  auto start = clock::now();
  s->start(
      s->system(),
      [&](caf::event_based_actor* self, caf::actor out, int total) {
        auto seen = std::make_shared<int>(0);
        for (int i = 0; i < total; ++i) {
          auto child = s->start(self, [](caf::event_based_actor* me) {
            return caf::behavior{[me](int x) {
              me->quit();
              return x;
            }};
          });
          self->send(child, i);
          started.store(i + 1, std::memory_order_relaxed);
        }
        return caf::behavior{[=](int) {
          if (++*seen == total) {
            self->send(out, 0);
            self->quit();
          }
        }};
      },
      caf::actor{s->me()}, n);
  auto done = n;
  outcome result;
  if (!s->wait_within_limit()) {
    auto alive = static_cast<int>(registry.running() - others);
    done = std::max(0, started - alive);
    result.notes.push_back("stopped after " + std::to_string(time_limit.count())
                           + " s, when " + std::to_string(started) + " of "
                           + std::to_string(n) + " actors had been started and "
                           + std::to_string(done) + " had ended");
  }
  result.values.push_back(
      {"rate", "actors/s", better::higher, done / seconds_since(start)});
  // Its end would take as long as the rest of the work.
  if (done != n)
    static_cast<void>(s.release());
  return result;
}

outcome run_actors(std::string_view work, bool on_troupe) {
  using function = outcome (*)(bool);
  constexpr std::pair<std::string_view, function> table[]{
      {"pingpong", pingpong},
      {"ring", ring},
      {"many_to_one", many_to_one},
      {"spawn", spawn},
      {"idle_memory", idle_memory},
      {"idle_request", idle_request},
      {"idle_cpu", idle_cpu},
      {"fanout", fanout},
      {"tiny_request", tiny_request},
      {"tiny_map", tiny_map},
      {"map_tiny", map_tiny},
      {"pool_tiny", pool_tiny},
      {"fib", fib},
      {"buffer", buffer},
      {"buffer_thread", buffer_thread},
      {"buffer_process", buffer_process},
      {"remote_rtt", remote_rtt},
      {"remote_small", remote_small},
      {"remote_64k", remote_64k},
      {"remote_16m", remote_16m},
      {"remote_buffer", remote_buffer},
      {"remote_busy", remote_busy},
      {"remote_tls", remote_tls},
      {"restart", restart},
      {"retry", retry},
  };
  for (auto& [name, f] : table)
    if (name == work)
      return f(on_troupe);
  return {};
}

} // namespace bench
