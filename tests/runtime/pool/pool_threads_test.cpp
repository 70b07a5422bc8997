// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/pool.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/task_client.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/pool/map.hpp"
#include "troupe/pool/mapper.hpp"

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

constexpr auto patience = 60s;
constexpr size_t tasks = 100'000;

int64_t triple(int64_t x) {
  return 3 * x;
}

/// Throws over about one task in a thousand, another one each time.
caf::behavior moody(caf::event_based_actor*,
                    std::shared_ptr<std::atomic<uint32_t>> seed) {
  std::mt19937 random{(*seed)++};
  return {
      [random](int64_t x) mutable {
        if (std::uniform_int_distribution<int>{1, 1000}(random) == 1)
          throw std::runtime_error{"not today"};
        return triple(x);
      },
  };
}

uint32_t any_seed() {
  if (auto text = std::getenv("TROUPE_TEST_SEED"))
    return static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
  return std::random_device{}();
}

TEST(PoolWithThreads, AnswersEachTaskOnceAlthoughWorkersThrowAtRandom) {
  auto first_seed = any_seed();
  SCOPED_TRACE("TROUPE_TEST_SEED=" + std::to_string(first_seed));
  auto seed = std::make_shared<std::atomic<uint32_t>>(first_seed);
  config cfg;
  cfg.threads(2);
  caf::actor_system sys{cfg};
  {
    caf::scoped_actor self{sys};
    pool_options options;
    for (int i = 0; i < 2; ++i) {
      options.workers.push_back(pooled(moody, seed));
      options.workers.push_back(thread(moody, seed));
    }
    options.max_attempts = 20;
    options.intensity = {.restarts = 1'000'000, .period = 1s};
    auto crowd = sys.spawn<pool>(std::move(options));
    auto client = sys.spawn<test::task_client>(crowd, tasks, 1000, triple);
    auto fail = [](const caf::error& x) { FAIL() << describe(x); };
    self->request(client, patience, caf::ok_atom_v).receive([] {}, fail);
    // After this no further answer can come.
    self->request(crowd, patience, drain_atom_v).receive([] {}, fail);
    self->request(client, patience, caf::get_atom_v)
        .receive(
            [](size_t answers, size_t repeated, size_t right) {
              EXPECT_EQ(answers, tasks);
              EXPECT_EQ(repeated, 0u);
              EXPECT_EQ(right, tasks);
            },
            fail);
    self->request(crowd, patience, stats_atom_v)
        .receive(
            [](const pool_stats& x) {
              EXPECT_EQ(x.completed, tasks);
              EXPECT_EQ(x.failed + x.refused, 0u);
              EXPECT_EQ(x.queued + x.outstanding, 0u);
              EXPECT_GT(x.restarts, 10u);
              EXPECT_GE(x.retried, x.restarts);
            },
            fail);
    self->send_exit(client, caf::exit_reason::user_shutdown);
    self->monitor(crowd);
    self->send_exit(crowd, caf::exit_reason::user_shutdown);
    self->receive([](const caf::down_msg&) {});
    // A pool ends after its workers.
    self->wait_for(client);
    EXPECT_EQ(sys.registry().running(), 1u);
  }
}

// [mapper]
caf::behavior tripler(caf::event_based_actor* self) {
  return mapper(self, [](int64_t x) { return 3 * x; });
}
// [mapper]

class MapWithThreads : public testing::Test {
protected:
  MapWithThreads() {
    cfg_.threads(2);
    sys_.emplace(cfg_);
    pool_options options;
    options.workers = {pooled(tripler), pooled(tripler), thread(tripler)};
    crowd_ = sys_->spawn<pool>(std::move(options));
    for (int64_t i = 0; i < 200'000; ++i) {
      inputs_.push_back(i);
      tripled_.push_back(3 * i);
    }
  }

  ~MapWithThreads() override {
    caf::anon_send_exit(crowd_, caf::exit_reason::user_shutdown);
  }

  config cfg_;
  std::optional<caf::actor_system> sys_;
  caf::actor crowd_;
  std::vector<int64_t> inputs_;
  std::vector<int64_t> tripled_;
};

TEST_F(MapWithThreads, PlainCodeWaitsForTheResultsAndIsToldOfProgress) {
  uint64_t last = 0;
  auto me = std::this_thread::get_id();
  // [blocking]
  auto result = map<int64_t>(*sys_, crowd_, inputs_, patience, {},
                             [&](uint64_t done, uint64_t total) {
                               EXPECT_EQ(std::this_thread::get_id(), me);
                               EXPECT_GT(done, last);
                               EXPECT_EQ(total, inputs_.size());
                               last = done;
                             });
  // [blocking]
  EXPECT_EQ(result, tripled_);
  EXPECT_EQ(last, inputs_.size());
}

TEST_F(MapWithThreads, PlainCodeReducesAndRunsForEach) {
  EXPECT_EQ(reduce<int64_t>(*sys_, crowd_, inputs_, int64_t{0},
                            std::plus<int64_t>{}, patience),
            std::accumulate(tripled_.begin(), tripled_.end(), int64_t{0}));
  EXPECT_EQ(for_each(*sys_, crowd_, inputs_, patience), inputs_.size());
}

TEST_F(MapWithThreads, AScopedActorReceivesTheResults) {
  caf::scoped_actor self{*sys_};
  map<int64_t>(self, crowd_, inputs_)
      .receive([&](std::vector<int64_t>& xs) { EXPECT_EQ(xs, tripled_); },
               [](const caf::error& x) { FAIL() << describe(x); });
}

TEST_F(MapWithThreads, PlainCodeIsToldThatItsFoldHasThrown) {
  auto fold = [](int64_t, int64_t) -> int64_t {
    throw std::runtime_error{"no sum"};
  };
  auto result =
      reduce<int64_t>(*sys_, crowd_, inputs_, int64_t{0}, fold, patience);
  ASSERT_FALSE(result);
  EXPECT_EQ(describe(result.error()), "no sum");
}

TEST_F(MapWithThreads, PlainCodeMayWaitAsLongAsItLikes) {
  EXPECT_EQ(for_each(*sys_, crowd_, inputs_, caf::timespan::max()),
            inputs_.size());
}

TEST_F(MapWithThreads, PlainCodeStopsWaitingAtItsDeadline) {
  auto idle = sys_->spawn<pool>(pool_options{});
  auto result = map<int64_t>(*sys_, idle, inputs_, 20ms);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), errc::deadline_passed);
  caf::anon_send_exit(idle, caf::exit_reason::user_shutdown);
}

} // namespace
} // namespace troupe
