// SPDX-License-Identifier: Apache-2.0

#include "actors.hpp"

#include <atomic>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace bench {

namespace {

using namespace std::chrono_literals;

caf::behavior echo(caf::event_based_actor*) {
  return {[](int x) { return x; }};
}

double resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  double size = 0;
  double resident = 0;
  in >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// When does the receiver run, in ms, if the actor that sent to it computes on?
/// It computes for a second, or until it sees that the receiver has run.
double busy_sender_delay(stage& s) {
  constexpr int rounds = 5;
  constexpr auto how_long = 1s;
  std::atomic<clock::rep> received = 0;
  auto now = [] { return clock::now().time_since_epoch().count(); };
  auto receiver = s.spawn([&](caf::event_based_actor*) -> caf::behavior {
    return {[&](int) { received = now(); }};
  });
  auto sender = s.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    return {[&, self](int64_t) {
      received = 0;
      auto sent = clock::now();
      self->send(receiver, 1);
      while (received == 0 && clock::now() - sent < how_long)
        ; // computes
      return static_cast<int64_t>(sent.time_since_epoch().count());
    }};
  });
  std::vector<double> delays;
  for (int i = 0; i < rounds; ++i) {
    // Long enough for all workers to fall asleep, however they do that.
    std::this_thread::sleep_for(100ms);
    s.me()
        ->request(sender, caf::infinite, int64_t{i})
        .receive(
            [&](int64_t sent) {
              while (received == 0)
                std::this_thread::yield();
              delays.push_back(static_cast<double>(received - sent) * 1e-6);
            },
            [](caf::error&) {});
  }
  return percentile(delays, 0.5);
}

} // namespace

outcome idle_memory(bool on_troupe) {
  constexpr int n = 100'000;
  stage s{on_troupe};
  s.spawn(echo);
  auto before = resident_bytes();
  for (int i = 0; i < n; ++i)
    s.spawn(echo);
  // All have started when the last one answers.
  s.me()
      ->request(s.spawn(echo), caf::infinite, 1)
      .receive([](int) {}, [](caf::error&) {});
  std::this_thread::sleep_for(200ms);
  return {{{"bytes_per_actor", "bytes", better::lower,
            (resident_bytes() - before) / n - sizeof(caf::actor)}}};
}

outcome idle_request(bool on_troupe) {
  stage s{on_troupe};
  auto x = s.spawn(echo);
  std::vector<double> times;
  for (int i = 0; i < 500; ++i) {
    std::this_thread::sleep_for(2ms);
    auto start = clock::now();
    s.me()
        ->request(x, caf::infinite, i)
        .receive([](int) {}, [](caf::error&) {});
    times.push_back(seconds_since(start) * 1e6);
  }
  return {{{"p50", "us", better::lower, percentile(times, 0.5)},
           {"p99", "us", better::lower, percentile(times, 0.99)}}};
}

outcome idle_cpu(bool on_troupe) {
  stage s{on_troupe};
  for (int i = 0; i < 1000; ++i)
    s.spawn(echo);
  std::this_thread::sleep_for(300ms);
  auto measure = [] {
    rusage x{};
    getrusage(RUSAGE_SELF, &x);
    auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec)
             + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return std::pair{seconds(x.ru_utime) + seconds(x.ru_stime),
                     static_cast<double>(x.ru_nvcsw + x.ru_nivcsw)};
  };
  auto [cpu0, switches0] = measure();
  auto start = clock::now();
  std::this_thread::sleep_for(2s);
  auto [cpu1, switches1] = measure();
  auto time = seconds_since(start);
  return {
      {{"cpu_share", "share of a core", better::lower, (cpu1 - cpu0) / time},
       {"wakeups", "1/s", better::lower, (switches1 - switches0) / time}}};
}

outcome fanout(bool on_troupe) {
  stage s{on_troupe};
  auto job = [](caf::event_based_actor*) -> caf::behavior {
    return {[](int x) {
      compute(5ms);
      return x;
    }};
  };
  auto a = s.spawn(job);
  auto b = s.spawn(job);
  std::vector<double> times;
  for (int i = 0; i < 60; ++i) {
    std::this_thread::sleep_for(4ms);
    auto start = clock::now();
    s.me()->send(a, i);
    s.me()->send(b, i);
    s.wait(2);
    times.push_back(seconds_since(start) * 1e3);
  }
  return {{{"p50", "ms", better::lower, percentile(times, 0.5)},
           {"p90", "ms", better::lower, percentile(times, 0.9)},
           {"busy_sender_p50", "ms", better::lower, busy_sender_delay(s)}}};
}

} // namespace bench
