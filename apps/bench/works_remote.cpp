// SPDX-License-Identifier: Apache-2.0

// What two processes on one host say to each other over loopback.

#include "works_remote.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"

#include "two_processes.hpp"

namespace bench {

namespace {

/// Times requests one after another until `n` are answered or `stop` says so.
class asker {
public:
  asker(linked_stage& s, int n) : stage_(s), left_(n) {
    // nop
  }

  /// Blocks until all are answered.
  std::vector<double> run() {
    caf::scoped_actor self{stage_.system()};
    start(caf::actor{self});
    self->receive([](caf::ok_atom) {});
    return times_;
  }

  /// Starts an actor that tells `client` when it is done.
  void start(caf::actor client) {
    stage_.system().spawn(
        [this, client](caf::event_based_actor* self) { ask(self, client); });
  }

  void stop() {
    left_ = 0;
  }

  const std::vector<double>& times() const {
    return times_;
  }

private:
  void ask(caf::event_based_actor* self, caf::actor client) {
    auto begin = clock::now();
    self->request(stage_.sink(), caf::infinite, int64_t{1})
        .then([=, this](int64_t) {
          times_.push_back(seconds_since(begin) * 1e6);
          if (--left_ > 0)
            ask(self, client);
          else
            self->send(client, caf::ok_atom_v);
        });
  }

  linked_stage& stage_;
  std::atomic<int> left_;
  std::vector<double> times_;
};

/// Sends `n` copies of a message and waits until all have come.
/// @returns the seconds that took.
double flood(linked_stage& s, const caf::message& x, int32_t n) {
  caf::scoped_actor self{s.system()};
  auto begin = clock::now();
  auto done = self->request(s.sink(), caf::infinite, n);
  s.system().spawn([=, &s](caf::event_based_actor* sender) {
    for (int32_t i = 0; i < n; ++i)
      sender->send(s.sink(), x);
  });
  done.receive([] {}, [](caf::error&) {});
  return seconds_since(begin);
}

double rate(linked_stage& s, const caf::message& x, int32_t n, double unit) {
  flood(s, x, n / 10 + 1);
  return n * unit / flood(s, x, n);
}

constexpr double mega = 1e6;

} // namespace

outcome remote_rtt(bool on_troupe) {
  auto s = make_linked_stage(on_troupe);
  if (!s)
    return {};
  asker{*s, 500}.run();
  auto times = asker{*s, 5'000}.run();
  return {{{"p50", "us", better::lower, percentile(times, 0.5)},
           {"p99", "us", better::lower, percentile(times, 0.99)}}};
}

outcome remote_small(bool on_troupe) {
  auto s = make_linked_stage(on_troupe);
  if (!s)
    return {};
  auto x = caf::make_message(std::string(64, 'x'));
  return {{{"rate", "messages/s", better::higher, rate(*s, x, 1'000'000, 1)}}};
}

outcome remote_64k(bool on_troupe) {
  constexpr size_t size = 64 << 10;
  auto s = make_linked_stage(on_troupe);
  if (!s)
    return {};
  auto x = caf::make_message(std::vector<char>(size, 'x'));
  return {{{"rate", "MB/s", better::higher, rate(*s, x, 8'000, size / mega)}}};
}

outcome remote_16m(bool on_troupe) {
  constexpr size_t size = 16 << 20;
  auto s = make_linked_stage(on_troupe);
  if (!s)
    return {};
  auto bytes = caf::make_message(std::vector<char>(size, 'x'));
  auto doubles =
      caf::make_message(std::vector<double>(size / sizeof(double), 0.5));
  return {{{"bytes", "MB/s", better::higher, rate(*s, bytes, 32, size / mega)},
           {"doubles", "MB/s", better::higher,
            rate(*s, doubles, 32, size / mega)}}};
}

outcome remote_buffer(bool on_troupe) {
  constexpr size_t size = 16 << 20;
  auto s = on_troupe ? make_linked_stage(on_troupe) : nullptr;
  if (!s)
    return {};
  auto made = troupe::make_buffer<double>(s->system(), size / sizeof(double));
  if (!made)
    return {{}, {troupe::describe(made.error())}};
  std::ranges::fill(made->span(), 0.5);
  auto data = std::move(*made).freeze();
  caf::scoped_actor self{s->system()};
  std::vector<double> times;
  for (int i = 0; i < 40; ++i) {
    std::string wrong;
    auto begin = clock::now();
    self->request(s->sink(), caf::infinite, data)
        .receive(
            [&](const troupe::frozen_buffer<double>& x) {
              if (x.size() != data.size())
                wrong = "of " + std::to_string(data.size()) + " doubles, "
                        + std::to_string(x.size()) + " came back";
            },
            [&](const caf::error& x) { wrong = troupe::describe(x); });
    if (!wrong.empty())
      return {{}, {std::move(wrong)}};
    times.push_back(seconds_since(begin));
  }
  return {{{"rate", "MB/s", better::higher,
            2 * size / mega / percentile(times, 0.5)}}};
}

outcome remote_busy(bool on_troupe) {
  constexpr size_t size = 16 << 20;
  auto s = make_linked_stage(on_troupe);
  if (!s)
    return {};
  auto bytes = caf::make_message(std::vector<char>(size, 'x'));
  flood(*s, bytes, 4);
  caf::scoped_actor self{s->system()};
  asker questions{*s, 1'000'000};
  questions.start(caf::actor{self});
  auto seconds = flood(*s, bytes, 64);
  questions.stop();
  self->receive([](caf::ok_atom) {});
  auto& times = questions.times();
  return {{{"p50", "us", better::lower, percentile(times, 0.5)},
           {"p99", "us", better::lower, percentile(times, 0.99)},
           {"stream", "MB/s", better::higher, 64 * size / mega / seconds}}};
}

outcome remote_tls(bool on_troupe) {
  constexpr size_t size = 64 << 10;
  auto s = make_linked_stage(on_troupe, link_kind::mutual_tls);
  if (!s)
    return {};
  asker{*s, 500}.run();
  auto times = asker{*s, 5'000}.run();
  auto small = caf::make_message(std::string(64, 'x'));
  auto medium = caf::make_message(std::vector<char>(size, 'x'));
  return {{{"p50", "us", better::lower, percentile(times, 0.5)},
           {"small", "messages/s", better::higher, rate(*s, small, 400'000, 1)},
           {"medium", "MB/s", better::higher,
            rate(*s, medium, 4'000, size / mega)}}};
}

} // namespace bench
