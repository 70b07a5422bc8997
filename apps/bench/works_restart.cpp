// SPDX-License-Identifier: Apache-2.0

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/config.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

#include "actors.hpp"

namespace bench {

namespace {

using troupe::child_spec;

/// A system with one supervisor, which restarts as often as it must.
class stage_with_supervisor {
public:
  explicit stage_with_supervisor(std::vector<child_spec> children) {
    supervisor_ =
        troupe::spawn(sys_, troupe::supervisor,
                      troupe::supervisor_spec{.children = std::move(children),
                                              .intensity = std::nullopt});
  }

  ~stage_with_supervisor() {
    me_->monitor(supervisor_);
    me_->send_exit(supervisor_, caf::exit_reason::user_shutdown);
    me_->receive([](const caf::down_msg&) {});
  }

  stage_with_supervisor(const stage_with_supervisor&) = delete;

  stage_with_supervisor& operator=(const stage_with_supervisor&) = delete;

  caf::scoped_actor& me() {
    return me_;
  }

  caf::actor child(const std::string& id) {
    caf::actor result;
    me_->request(supervisor_, caf::infinite, troupe::child_atom_v, id)
        .receive([&](caf::actor& x) { result = std::move(x); },
                 [](const caf::error&) {});
    return result;
  }

  size_t restarts() {
    size_t result = 0;
    me_->request(supervisor_, caf::infinite, troupe::count_atom_v)
        .receive([&](const troupe::child_counts& x) { result = x.restarts; },
                 [](const caf::error&) {});
    return result;
  }

private:
  troupe::config cfg_;
  caf::actor_system sys_{cfg_};
  caf::scoped_actor me_{sys_};
  caf::actor supervisor_;
};

/// Fails as soon as it runs, as long as there are failures to come; answers a
/// number, and fails at 0.
caf::behavior short_lived(caf::event_based_actor* self,
                          std::shared_ptr<std::atomic<int>> failures) {
  if (*failures > 0)
    self->send(self, 0);
  return {[self, failures](int x) {
    if (x == 0 && failures->fetch_sub(1) > 0)
      self->quit(caf::make_error(caf::sec::runtime_error));
    return x;
  }};
}

double storm_micros(int restarts) {
  auto failures = std::make_shared<std::atomic<int>>(0);
  stage_with_supervisor s{
      {{.id = "child", .start = troupe::pooled(short_lived, failures)}}};
  auto child = s.child("child");
  *failures = restarts;
  auto start = clock::now();
  s.me()->send(child, 0);
  while (*failures > 0)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  s.me()
      ->request(child, caf::infinite, 1)
      .receive([](int) {}, [](const caf::error&) {});
  return seconds_since(start) * 1e6 / restarts;
}

std::vector<double> single_micros(int restarts) {
  auto failures = std::make_shared<std::atomic<int>>(0);
  stage_with_supervisor s{
      {{.id = "child", .start = troupe::pooled(short_lived, failures)}}};
  auto child = s.child("child");
  std::vector<double> result;
  for (int i = 0; i < restarts; ++i) {
    *failures = 1;
    auto start = clock::now();
    s.me()->send(child, 0);
    s.me()
        ->request(child, caf::infinite, 1)
        .receive([](int) {}, [](const caf::error&) {});
    result.push_back(seconds_since(start) * 1e6);
  }
  return result;
}

/// How often each request was handled to the end.
using counters = std::vector<std::atomic<uint8_t>>;

/// Fails at one message of a hundred, by chance, instead of answering it.
caf::behavior unreliable(caf::event_based_actor*,
                         std::shared_ptr<counters> handled) {
  auto random = std::make_shared<std::minstd_rand>(std::random_device{}());
  return {[handled, random](int x) {
    if ((*random)() % 100 == 0)
      throw std::runtime_error{"a failure in a hundred"};
    ++handled->at(static_cast<size_t>(x));
    return x;
  }};
}

} // namespace

outcome restart(bool on_troupe) {
  if (!on_troupe)
    return {};
  auto storm = storm_micros(100'000);
  auto singles = single_micros(2'000);
  return {{{"storm", "us a restart", better::lower, storm},
           {"p50", "us", better::lower, percentile(singles, 0.5)},
           {"p99", "us", better::lower, percentile(singles, 0.99)}}};
}

outcome retry(bool on_troupe) {
  if (!on_troupe)
    return {};
  constexpr int children = 10;
  constexpr int requests = 1'000'000;
  constexpr int at_once = 1'000;
  auto handled = std::make_shared<counters>(requests);
  std::vector<child_spec> specs;
  for (int i = 0; i < children; ++i)
    specs.push_back({.id = std::to_string(i),
                     .start = troupe::pooled(unreliable, handled),
                     .in_flight = {.policy = troupe::in_flight_policy::retry,
                                   .retries = 100}});
  stage_with_supervisor s{std::move(specs)};
  std::vector<caf::actor> handles;
  for (int i = 0; i < children; ++i)
    handles.push_back(s.child(std::to_string(i)));
  std::vector<uint8_t> answers(requests);
  auto client = [&](caf::event_based_actor* self) {
    auto sent = std::make_shared<int>(0);
    auto ask = std::make_shared<std::function<void()>>();
    *ask = [&, self, sent, next = ask.get()] {
      if (*sent == requests)
        return;
      auto i = (*sent)++;
      self->request(handles[static_cast<size_t>(i) % children], time_limit, i)
          .then(
              [&answers, i, next](int x) {
                answers[static_cast<size_t>(x)] += x == i ? 1 : 0;
                (*next)();
              },
              [next](const caf::error&) { (*next)(); });
    };
    self->attach_functor([ask](const caf::error&) {});
    for (int i = 0; i < at_once; ++i)
      (*ask)();
  };
  auto start = clock::now();
  auto asking = troupe::spawn(s.me()->home_system(), client);
  s.me()->monitor(asking);
  asking = nullptr;
  s.me()->receive([](const caf::down_msg&) {});
  auto time = seconds_since(start);
  auto not_once = 0;
  for (size_t i = 0; i < requests; ++i)
    not_once += answers[i] != 1 || handled->at(i) != 1 ? 1 : 0;
  return {{{"rate", "requests/s", better::higher, requests / time},
           {"restarts", "1/s", better::higher,
            static_cast<double>(s.restarts()) / time},
           {"not_answered_once", "requests", better::lower,
            static_cast<double>(not_once)}}};
}

} // namespace bench
