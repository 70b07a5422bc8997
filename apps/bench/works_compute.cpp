// SPDX-License-Identifier: Apache-2.0

#include "actors.hpp"

#include <functional>
#include <memory>
#include <vector>

#include "troupe/actors/fib.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/pool/map.hpp"
#include "troupe/pool/mapper.hpp"
#include "troupe/pool/pool.hpp"

namespace bench {

namespace {

using namespace std::chrono_literals;

using bytes = std::vector<uint8_t>;

size_t cores() {
  return std::max(1u, std::thread::hardware_concurrency());
}

/// Keeps `window` requests under way until `total` have been answered.
class requester {
public:
  requester(caf::event_based_actor* self, std::vector<caf::actor> workers,
            caf::actor out, int total, int argument)
      : self_(self),
        workers_(std::move(workers)),
        out_(std::move(out)),
        left_to_send_(total),
        left_to_receive_(total),
        argument_(argument) {
    // nop
  }

  void start(size_t window) {
    for (size_t i = 0; i < window; ++i)
      send(i % workers_.size());
  }

private:
  void send(size_t worker) {
    if (left_to_send_ == 0)
      return;
    --left_to_send_;
    self_->request(workers_[worker], caf::infinite, argument_)
        .then([this, worker](uint64_t) {
          if (--left_to_receive_ == 0) {
            self_->send(out_, 0);
            self_->quit();
          } else {
            send(worker);
          }
        });
  }

  caf::event_based_actor* self_;
  std::vector<caf::actor> workers_;
  caf::actor out_;
  int left_to_send_;
  int left_to_receive_;
  int argument_;
};

/// Has `total` requests answered by `workers`.
double time_requests_to(stage& s, std::vector<caf::actor> workers, int total,
                        int argument, size_t window) {
  auto start = clock::now();
  s.start(
      s.system(),
      [=](caf::event_based_actor* self, caf::actor out) {
        auto x =
            std::make_shared<requester>(self, workers, out, total, argument);
        self->attach_functor([x] {});
        x->start(window);
      },
      caf::actor{s.me()});
  s.wait();
  return seconds_since(start);
}

/// Has `total` requests answered by one worker per core.
double time_requests(stage& s, std::function<uint64_t(int)> f, int total,
                     int argument, size_t window) {
  std::vector<caf::actor> workers;
  for (size_t i = 0; i < cores(); ++i)
    workers.push_back(s.spawn([f](caf::event_based_actor*) -> caf::behavior {
      return {[f](int x) { return f(x); }};
    }));
  return time_requests_to(s, std::move(workers), total, argument, window);
}

/// A pool with one worker per core that computes for 1 us.
caf::actor tiny_pool(stage& s) {
  auto worker = [](caf::event_based_actor* self) {
    return troupe::mapper(self, [](int x) {
      compute(1us);
      return static_cast<uint64_t>(x);
    });
  };
  troupe::pool_options options;
  for (size_t i = 0; i < cores(); ++i)
    options.workers.push_back(troupe::pooled(worker));
  return s.system().spawn<troupe::pool>(std::move(options));
}

/// How long `n` tasks of 1 us take on one core.
double single_core_time(int n) {
  auto start = clock::now();
  for (int i = 0; i < n; ++i)
    compute(1us);
  return seconds_since(start);
}

} // namespace

outcome tiny_request(bool on_troupe) {
  constexpr int n = 400'000;
  stage s{on_troupe};
  auto task = [](int x) {
    compute(1us);
    return static_cast<uint64_t>(x);
  };
  auto ideal = single_core_time(n) / static_cast<double>(cores());
  return {{{"share", "of the ideal", better::higher,
            ideal / time_requests(s, task, n, 1, 256)}}};
}

outcome tiny_map(bool on_troupe) {
  constexpr int n = 400'000;
  constexpr int chunk = 500;
  stage s{on_troupe};
  auto task = [](int size) {
    for (int i = 0; i < size; ++i)
      compute(1us);
    return static_cast<uint64_t>(size);
  };
  auto ideal = single_core_time(n) / static_cast<double>(cores());
  return {{{"share", "of the ideal", better::higher,
            ideal / time_requests(s, task, n / chunk, chunk, 2 * cores())}}};
}

outcome map_tiny(bool on_troupe) {
  if (!on_troupe)
    return {};
  constexpr int n = 1'000'000;
  stage s{on_troupe};
  auto pool = tiny_pool(s);
  auto ideal = single_core_time(n) / static_cast<double>(cores());
  // Not part of the work: peers make no inputs.
  std::vector<int> inputs(n, 1);
  auto start = clock::now();
  auto results =
      troupe::map<uint64_t>(s.system(), pool, std::move(inputs), 60s);
  auto time = seconds_since(start);
  caf::anon_send_exit(pool, caf::exit_reason::user_shutdown);
  if (!results)
    return {{}, {troupe::describe(results.error())}};
  return {{{"share", "of the ideal", better::higher, ideal / time}}};
}

outcome pool_tiny(bool on_troupe) {
  if (!on_troupe)
    return {};
  constexpr int n = 400'000;
  stage s{on_troupe};
  auto pool = tiny_pool(s);
  auto ideal = single_core_time(n) / static_cast<double>(cores());
  auto time = time_requests_to(s, {pool}, n, 1, 256);
  caf::anon_send_exit(pool, caf::exit_reason::user_shutdown);
  return {{{"share", "of the ideal", better::higher, ideal / time}}};
}

outcome fib(bool on_troupe) {
  stage s{on_troupe};
  // The function that programs use; all subjects compute by plain recursion.
  auto task = [](int n) { return troupe::fib(n); };
  return {
      {{"time", "s", better::lower, time_requests(s, task, 10, 40, cores())}}};
}

outcome buffer(bool on_troupe) {
  stage s{on_troupe};
  auto x = s.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](bytes& data) { return std::move(data); }};
  });
  std::vector<double> times;
  bytes data(64 << 20, 1);
  for (int i = 0; i < 30; ++i) {
    auto start = clock::now();
    s.me()
        ->request(x, caf::infinite, std::move(data))
        .receive([&](bytes& back) { data = std::move(back); },
                 [](caf::error&) {});
    times.push_back(seconds_since(start) * 1e6);
  }
  return {{{"there_and_back", "us", better::lower, percentile(times, 0.5)}}};
}

} // namespace bench
