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

} // namespace

samples idle_memory(bool on_troupe) {
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
  return {{"bytes_per_actor", "bytes", better::lower,
           (resident_bytes() - before) / n - sizeof(caf::actor)}};
}

samples idle_request(bool on_troupe) {
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
  return {{"p50", "us", better::lower, percentile(times, 0.5)},
          {"p99", "us", better::lower, percentile(times, 0.99)}};
}

samples idle_cpu(bool on_troupe) {
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
  return {{"cpu_share", "share of a core", better::lower, (cpu1 - cpu0) / time},
          {"wakeups", "1/s", better::lower, (switches1 - switches0) / time}};
}

samples fanout(bool on_troupe) {
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
  // An actor that sends and then computes on: when does the receiver run?
  std::vector<double> delays;
  std::atomic<clock::duration::rep> received = 0;
  auto receiver = s.spawn([&](caf::event_based_actor*) -> caf::behavior {
    return {[&](int) { received = clock::now().time_since_epoch().count(); }};
  });
  auto sender = s.spawn([=](caf::event_based_actor* self) -> caf::behavior {
    return {[=](int x) {
      auto sent = clock::now().time_since_epoch().count();
      self->send(receiver, x);
      compute(20ms);
      return std::to_string(sent);
    }};
  });
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(4ms);
    received = 0;
    s.me()
        ->request(sender, caf::infinite, i)
        .receive(
            [&](const std::string& sent) {
              while (received == 0)
                std::this_thread::yield();
              delays.push_back(static_cast<double>(received - std::stoll(sent))
                               * 1e-6);
            },
            [](caf::error&) {});
  }
  return {{"p50", "ms", better::lower, percentile(times, 0.5)},
          {"p90", "ms", better::lower, percentile(times, 0.9)},
          {"busy_sender_p50", "ms", better::lower, percentile(delays, 0.5)}};
}

} // namespace bench
