// SPDX-License-Identifier: Apache-2.0

#include "pool/map_plan.hpp"

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pool/map_reply.hpp"
#include "troupe/base/errc.hpp"

#include "caf/sec.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using kind = map_piece::kind;

constexpr map_limits limits{.batch_time = 500us, .max_batch = 10'000};

class MapPlan : public testing::Test {
protected:
  using lines = std::vector<std::string>;

  /// Takes all pieces that may be sent, e.g. `4+16` for a batch, `3` for one.
  lines send() {
    lines result;
    while (auto x = plan.next()) {
      sent.push_back(*x);
      result.push_back(x->how == kind::single
                           ? fmt::format("{}", x->first)
                           : fmt::format("{}+{}", x->first, x->count));
    }
    return result;
  }

  map_piece take() {
    auto result = sent.front();
    sent.erase(sent.begin());
    return result;
  }

  /// Has the oldest piece answered, at `each` per input.
  void answer(caf::timespan each) {
    auto x = take();
    now += each * static_cast<int64_t>(x.count);
    auto busy = x.how == kind::batch
                    ? std::optional{each * static_cast<int64_t>(x.count)}
                    : std::nullopt;
    plan.done(x, busy, now);
  }

  /// Goes on until batches are known.
  void learn(caf::timespan each) {
    do {
      send();
      answer(each);
    } while (sent.empty() || sent.back().how == kind::single);
  }

  map_plan::time_point now{1h};
  map_plan plan{100'000, limits, now};
  std::vector<map_piece> sent;
};

TEST_F(MapPlan, BeginsWithSinglesForEachWorker) {
  plan.workers(3);
  EXPECT_EQ(send(), (lines{"0", "1", "2", "3", "4", "5"}));
}

TEST_F(MapPlan, TriesOneBatchWhenTasksSeemShort) {
  send();
  answer(10us);
  EXPECT_EQ(send(), lines{"2+4"});
  answer(10us);
  EXPECT_EQ(send(), lines{"6"});
}

TEST_F(MapPlan, LongTasksGoOneByOne) {
  for (int i = 0; i < 100; ++i) {
    send();
    answer(1ms);
  }
  for (auto& x : sent)
    EXPECT_EQ(x.how, kind::single);
}

TEST_F(MapPlan, BatchesGrowStepByStepUpToTheTimeOfABatch) {
  learn(1us);
  std::vector<size_t> sizes;
  for (int i = 0; i < 40; ++i) {
    send();
    sizes.push_back(sent.front().count);
    answer(1us);
  }
  EXPECT_EQ(sizes.back(), 500u);
  for (size_t i = 1; i < sizes.size(); ++i)
    EXPECT_LE(sizes[i], std::max<size_t>(16, 4 * sizes[i - 1]));
}

TEST_F(MapPlan, BatchesShrinkWhenTasksGetLonger) {
  learn(1us);
  for (int i = 0; i < 40; ++i) {
    send();
    answer(1us);
  }
  while (!sent.empty())
    answer(1ms);
  EXPECT_EQ(plan.next()->count, 1u);
}

TEST_F(MapPlan, TheLastBatchesAreSmallSoThatAllWorkersEndTogether) {
  plan.workers(2);
  learn(1us);
  size_t last = 0;
  while (!plan.finished()) {
    send();
    last = sent.back().count;
    answer(1us);
  }
  EXPECT_LE(last, 31u);
}

TEST_F(MapPlan, WorkersThatDoNotKnowBatchesGetNoMore) {
  send();
  answer(1us);
  send();
  answer(1us);
  auto batch = take();
  ASSERT_EQ(batch.how, kind::batch);
  plan.not_understood(batch);
  size_t n = 0;
  while (!plan.finished()) {
    send();
    for (auto& x : sent)
      ASSERT_EQ(x.how, kind::single);
    answer(1us);
    ++n;
  }
  EXPECT_GT(n, 99'000u);
}

TEST_F(MapPlan, ABatchThatKillsItsWorkerGoesOneByOne) {
  learn(1us);
  auto batch = sent.back();
  sent.pop_back();
  plan.failed_as_batch(batch);
  auto next = send();
  for (size_t i = 0; i < std::min<size_t>(next.size(), batch.count); ++i)
    EXPECT_EQ(next[i], fmt::format("{}", batch.first + i));
}

TEST_F(MapPlan, ABatchThatIsTooLargeIsHalvedForGood) {
  learn(1us);
  auto batch = sent.back();
  sent.pop_back();
  ASSERT_EQ(batch.count, 4u);
  plan.too_large(batch);
  for (int i = 0; i < 50; ++i) {
    send();
    answer(1us);
    for (auto& x : sent)
      EXPECT_LE(x.count, 2u);
  }
}

TEST_F(MapPlan, ARefusedPieceGoesAgainAndFewerAreUnderWay) {
  plan.workers(4);
  ASSERT_EQ(send().size(), 8u);
  for (int i = 0; i < 6; ++i)
    plan.refused(take());
  EXPECT_EQ(send(), lines{});
  answer(1ms);
  EXPECT_EQ(send().size(), 2u);
}

// -- whatever happens ---------------------------------------------------------

uint32_t seed() {
  if (auto text = std::getenv("TROUPE_TEST_SEED"))
    return static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
  return std::random_device{}();
}

TEST(MapPlanAtRandom, EachInputIsDoneOnce) {
  auto first = seed();
  for (uint32_t run = 0; run < 50 && !testing::Test::HasFailure(); ++run) {
    SCOPED_TRACE("TROUPE_TEST_SEED=" + std::to_string(first + run));
    std::mt19937 random{first + run};
    auto below = [&](size_t n) {
      return std::uniform_int_distribution<size_t>{0, n - 1}(random);
    };
    size_t total = below(5'000);
    map_plan::time_point now{1h};
    map_plan plan{total, {500us, 1 + below(300)}, now};
    std::vector<uint8_t> done(total);
    std::vector<map_piece> open;
    for (size_t steps = 0; !plan.finished(); ++steps) {
      ASSERT_LT(steps, 100'000u) << "it does not end";
      while (auto x = plan.next())
        open.push_back(*x);
      ASSERT_FALSE(open.empty()) << "nothing is under way";
      auto i = open.begin() + static_cast<std::ptrdiff_t>(below(open.size()));
      auto x = *i;
      open.erase(i);
      now += std::chrono::microseconds{below(50)};
      auto is_batch = x.how == kind::batch;
      switch (below(12)) {
        case 0:
          plan.workers(below(9));
          [[fallthrough]];
        case 1:
          plan.refused(x);
          break;
        case 2:
          if (is_batch && below(4) == 0)
            plan.failed_as_batch(x);
          else
            plan.refused(x);
          break;
        case 3:
          if (is_batch && x.count > 1)
            plan.too_large(x);
          else
            plan.refused(x);
          break;
        case 4:
          if (is_batch && below(100) == 0)
            plan.not_understood(x);
          else
            plan.refused(x);
          break;
        default:
          for (size_t j = 0; j < x.count; ++j)
            EXPECT_EQ(done[x.first + j]++, 0u) << "input " << x.first + j;
          plan.done(x, std::chrono::microseconds{below(3) * x.count}, now);
      }
    }
    EXPECT_TRUE(open.empty());
    EXPECT_EQ(plan.next(), std::nullopt);
    EXPECT_EQ(plan.completed(), total);
  }
}

// -- what an error means ------------------------------------------------------

TEST(Setback, DependsOnTheErrorAndOnThePiece) {
  struct row {
    caf::error reason;
    setback single;
    setback batch;
  };
  auto everything = setback::everything;
  const row rows[] = {
      {make_error(errc::queue_full), setback::no_room, setback::no_room},
      {make_error(errc::no_workers), everything, everything},
      {make_error(errc::pool_stopped), everything, everything},
      {make_error(errc::task_cancelled), everything, everything},
      {make_error(errc::deadline_passed), everything, everything},
      {caf::sec::request_receiver_down, everything, everything},
      {caf::sec::unexpected_message, setback::task, setback::not_understood},
      {make_error(errc::message_too_large), setback::task, setback::too_large},
      {make_error(errc::worker_lost), setback::task, setback::batch},
      {make_error(errc::bad_payload), setback::task, setback::batch},
      {make_error(errc::task_failed), setback::task, setback::batch},
  };
  for (auto& x : rows) {
    EXPECT_EQ(setback_of(x.reason, kind::single), x.single)
        << describe(x.reason);
    EXPECT_EQ(setback_of(x.reason, kind::batch), x.batch) << describe(x.reason);
  }
}

} // namespace
} // namespace troupe
