// SPDX-License-Identifier: Apache-2.0

// A computation that fails all the time, and goes on where it was. Set
// TROUPE_SEED to repeat a run.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/after.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/config.hpp"
#include "troupe/scheduling/cancel_token.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/child_context.hpp"
#include "troupe/supervision/supervisor.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

constexpr auto patience = 30s;

constexpr int64_t steps = 1'000;

/// Numbers in a step.
constexpr int64_t width = 50;

unsigned seed() {
  auto text = std::getenv("TROUPE_SEED");
  return text != nullptr
             ? static_cast<unsigned>(std::strtoul(text, nullptr, 10))
             : std::random_device{}();
}

bool is_prime(int64_t x) {
  for (int64_t i = 2; i * i <= x; ++i)
    if (x % i == 0)
      return false;
  return x > 1;
}

int64_t primes_in(int64_t begin, int64_t end) {
  int64_t result = 0;
  for (auto i = begin; i < end; ++i)
    result += is_prime(i) ? 1 : 0;
  return result;
}

/// What the incarnations of a worker have in common with the test.
struct journal {
  /// How often each step was done.
  std::array<std::atomic<int>, steps> done{};

  /// How often each step is still to fail, before and after its checkpoint.
  std::array<std::atomic<int>, steps> fail_before{};
  std::array<std::atomic<int>, steps> fail_after{};

  std::atomic<int64_t> progress = 0;
  std::atomic<int64_t> failures = 0;
  std::atomic<int64_t> incarnations = 0;
};

bool fails_now(std::atomic<int>& x, journal& log) {
  if (x == 0)
    return false;
  --x;
  ++log.failures;
  return true;
}

/// Counts primes step by step within one message, from the last checkpoint on.
/// Looks after each step whether it was told to exit.
void compute(caf::event_based_actor* self, journal& log,
             const caf::actor& client) {
  int64_t next = 0;
  int64_t count = 0;
  auto last = last_checkpoint(self);
  if (last.match_elements<int64_t, int64_t>()) {
    next = last.get_as<int64_t>(0);
    count = last.get_as<int64_t>(1);
  }
  cancel_token token{self};
  for (; next < steps; ++next) {
    if (token.requested())
      return;
    auto step = static_cast<size_t>(next);
    count += primes_in(next * width, (next + 1) * width);
    ++log.done[step];
    if (fails_now(log.fail_before[step], log))
      throw std::runtime_error{"before the checkpoint"};
    if (auto err = checkpoint(self, next + 1, count))
      return self->quit(err);
    log.progress = next + 1;
    if (fails_now(log.fail_after[step], log))
      throw std::runtime_error{"after the checkpoint"};
  }
  self->send(client, count);
}

caf::behavior worker(caf::event_based_actor* self, std::shared_ptr<journal> log,
                     const caf::actor& client) {
  ++log->incarnations;
  self->send(self, caf::ok_atom_v);
  return {[=](caf::ok_atom) { compute(self, *log, client); }};
}

class LongComputation : public testing::Test {
protected:
  /// Waits for a step, without a pause: steps are short.
  bool reached(int64_t step) {
    auto end = std::chrono::steady_clock::now() + patience;
    while (log_->progress < step && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    return log_->progress >= step;
  }

  /// Lets `start` do its work, and kills it so often at equal distances.
  void run(starter start, int64_t kills) {
    auto sup =
        troupe::spawn(sys_, supervisor,
                      supervisor_spec{.children = {{.id = "primes",
                                                    .start = std::move(start)}},
                                      .intensity = std::nullopt});
    caf::actor handle;
    get_child(&*self_, sup, patience, "primes")
        .receive([&](caf::actor& x) { handle = std::move(x); },
                 [](const caf::error& why) { FAIL() << describe(why); });
    for (int64_t i = 1; i <= kills; ++i) {
      ASSERT_TRUE(reached(i * steps / (kills + 1)));
      ++log_->failures;
      self_->send_exit(handle, caf::exit_reason::kill);
    }
    int64_t count = 0;
    self_->receive([&](int64_t x) { count = x; },
                   caf::after(patience) >> [] { FAIL() << "no result"; });
    EXPECT_EQ(count, primes_in(0, steps * width));
    self_->send_exit(sup, caf::exit_reason::user_shutdown);
    self_->monitor(sup);
    self_->receive([](const caf::down_msg&) {},
                   caf::after(patience) >> [] { FAIL() << "no end"; });
  }

  /// Each failure may have cost one step at most.
  void expect_little_was_lost() {
    int64_t lost = 0;
    for (auto& x : log_->done) {
      EXPECT_GE(x, 1);
      lost += x - 1;
    }
    EXPECT_LE(lost, log_->failures);
    RecordProperty("failures", std::to_string(log_->failures));
    RecordProperty("steps_lost", std::to_string(lost));
  }

  config config_;
  caf::actor_system sys_{config_.threads(2)};
  caf::scoped_actor self_{sys_};
  std::shared_ptr<journal> log_ = std::make_shared<journal>();
};

TEST_F(LongComputation, WithoutFailureDoesEachStepOnce) {
  run(pooled(worker, log_, caf::actor{self_}), 0);
  expect_little_was_lost();
  EXPECT_EQ(log_->incarnations, 1);
}

TEST_F(LongComputation, LosesAtMostOneStepWithEachException) {
  auto number = seed();
  SCOPED_TRACE("TROUPE_SEED=" + std::to_string(number));
  std::minstd_rand random{number};
  int64_t planned = 0;
  for (size_t i = 0; i < steps; ++i) {
    log_->fail_before[i] =
        random() % 8 == 0 ? 1 + static_cast<int>(random() % 3) : 0;
    log_->fail_after[i] = random() % 8 == 0 ? 1 : 0;
    planned += log_->fail_before[i] + log_->fail_after[i];
  }
  run(pooled(worker, log_, caf::actor{self_}), 0);
  expect_little_was_lost();
  EXPECT_EQ(log_->failures, planned);
  EXPECT_EQ(log_->incarnations, planned + 1);
}

TEST_F(LongComputation, LosesAtMostOneStepWithEachKill) {
  run(pooled(worker, log_, caf::actor{self_}), 20);
  expect_little_was_lost();
}

TEST_F(LongComputation, LosesAtMostOneStepOnAThreadOfItsOwn) {
  for (size_t i = 0; i < steps; i += 10)
    log_->fail_before[i] = 1;
  run(thread(worker, log_, caf::actor{self_}), 5);
  expect_little_was_lost();
}

} // namespace
} // namespace troupe
