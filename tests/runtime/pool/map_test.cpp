// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/map.hpp"

#include <chrono>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/deterministic.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/pool/mapper.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/scheduling/dead_letter.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/response_promise.hpp"
#include "caf/send.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using ints = std::vector<int64_t>;

int64_t square(int64_t x) {
  if (x == -1)
    throw std::runtime_error{"minus one"};
  return x * x;
}

caf::behavior square_mapper(caf::event_based_actor* self) {
  return mapper(self, square);
}

/// Knows nothing of batches; dies over -1.
caf::behavior plain_worker(caf::event_based_actor* self) {
  self->set_default_handler(caf::drop);
  return {square};
}

caf::behavior even(caf::event_based_actor* self) {
  return mapper(self, [](int64_t x) { return x % 2 == 0; });
}

caf::behavior root(caf::event_based_actor* self) {
  return mapper(self, [](int64_t x) -> caf::expected<int64_t> {
    if (x < 0)
      return make_error(errc::bad_input, "negative");
    return x;
  });
}

caf::behavior never(caf::event_based_actor* self) {
  return {[self](int64_t) { return self->make_response_promise(); }};
}

/// Counts what it is told; R is how the function replies.
caf::behavior sink(caf::event_based_actor* self, int64_t* sum) {
  return mapper(self, [sum](int64_t x) { *sum += x; });
}

ints numbers(int64_t n) {
  ints result(static_cast<size_t>(n));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

ints squares(int64_t n) {
  auto result = numbers(n);
  for (auto& x : result)
    x *= x;
  return result;
}

class Map : public test::deterministic {
protected:
  ~Map() override {
    stop_pool();
  }

  void stop_pool() {
    if (pool_)
      self()->send_exit(pool_, caf::exit_reason::user_shutdown);
    pool_ = nullptr;
    run();
  }

  template <class F, class... Ts>
  void start(size_t n, F worker, Ts... xs) {
    pool_options options;
    for (size_t i = 0; i < n; ++i)
      options.workers.push_back(pooled(worker, xs...));
    start(std::move(options));
  }

  void start(pool_options options) {
    pool_ = sys.spawn<pool>(std::move(options));
    run();
  }

  /// Has an actor call `f(self)`, which must return a response handle, and
  /// returns the answer.
  template <class R, class F>
  caf::expected<R> asked(F f) {
    auto asker = sys.spawn([=](caf::event_based_actor* x) -> caf::behavior {
      return {[=](caf::get_atom) {
        auto promise = x->make_response_promise();
        f(x).then(
            [=](R& y) mutable { promise.deliver(std::move(y)); },
            [=](caf::error& y) mutable { promise.deliver(std::move(y)); });
        return promise;
      }};
    });
    return ask<R>(asker, caf::get_atom::value);
  }

  caf::expected<ints> mapped(ints inputs, map_options options = {}) {
    return asked<ints>([=, this](caf::event_based_actor* x) {
      return map<int64_t>(x, pool_, inputs, options);
    });
  }

  pool_stats stats() {
    return *ask<pool_stats>(pool_, stats_atom_v);
  }

  caf::actor pool_;
};

// -- results ------------------------------------------------------------------

TEST_F(Map, ResultsComeInTheOrderOfTheInputs) {
  start(3, square_mapper);
  EXPECT_EQ(mapped(numbers(1000)), squares(1000));
}

TEST_F(Map, TinyTasksTravelInBatches) {
  start(2, square_mapper);
  EXPECT_EQ(mapped(numbers(100'000)), squares(100'000));
  EXPECT_LT(stats().accepted, 1000u);
}

TEST_F(Map, WorkersThatKnowNoBatchesGetTheirInputsOneByOne) {
  start(2, plain_worker);
  EXPECT_EQ(mapped(numbers(1000)), squares(1000));
}

TEST_F(Map, WorkersThatKnowNoBatchesSayNothingAboutTheOneThatIsTried) {
  start(1, [](caf::event_based_actor*) -> caf::behavior { return {square}; });
  testing::internal::CaptureStdout();
  EXPECT_EQ(mapped(numbers(1000)), squares(1000));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  // Whatever else they do not know is told as ever.
  testing::internal::CaptureStdout();
  EXPECT_FALSE(ask<int64_t>(pool_, std::string{"what?"}));
  EXPECT_NE(testing::internal::GetCapturedStdout(), "");
  // All types that CAF does not bring along have the same token.
  testing::internal::CaptureStdout();
  EXPECT_FALSE(ask<int64_t>(pool_, dead_letter{}));
  EXPECT_NE(testing::internal::GetCapturedStdout(), "");
}

TEST_F(Map, OneByOneIfWanted) {
  start(2, square_mapper);
  EXPECT_EQ(mapped(numbers(100), {.max_batch = 1}), squares(100));
  EXPECT_EQ(stats().accepted, 100u);
}

TEST_F(Map, WithoutInputsThereIsAnAnswerAtOnce) {
  start(pool_options{});
  EXPECT_EQ(mapped({}), ints{});
}

TEST_F(Map, ManyTypesGoInAndOut) {
  start(2, even);
  std::vector<bool> expected;
  for (int i = 0; i < 1000; ++i)
    expected.push_back(i % 2 == 0);
  auto inputs = numbers(1000);
  auto result = asked<std::vector<bool>>([=, this](caf::event_based_actor* x) {
    return map<bool>(x, pool_, inputs);
  });
  EXPECT_EQ(result, expected);
}

TEST_F(Map, ForEachRunsAllTasks) {
  int64_t sum = 0;
  start(1, sink, &sum);
  auto inputs = numbers(1000);
  EXPECT_EQ(asked<uint64_t>([=, this](caf::event_based_actor* x) {
              return for_each(x, pool_, inputs);
            }),
            1000u);
  EXPECT_EQ(sum, 499'500);
}

TEST_F(Map, ReduceFoldsInTheOrderOfTheInputs) {
  start(2, square_mapper);
  auto text = asked<std::string>([=, this](caf::event_based_actor* x) {
    return reduce<int64_t>(
        x, pool_, numbers(5), std::string{"<"},
        [](std::string a, int64_t b) { return a + std::to_string(b) + ","; });
  });
  EXPECT_EQ(text, std::string{"<0,1,4,9,16,"});
}

// -- failures -----------------------------------------------------------------

TEST_F(Map, TheFirstFailureNamesIndexInputAndReason) {
  start(2, square_mapper);
  auto inputs = numbers(10'000);
  inputs[4321] = -1;
  auto result = mapped(inputs);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), errc::task_failed);
  EXPECT_EQ(describe(result.error()),
            "task 4321 failed on input -1: minus one");
}

TEST_F(Map, AllFailuresAreListedByIndexAndAllOthersAreDone) {
  start(2, square_mapper);
  auto inputs = numbers(10'000);
  auto expected = squares(10'000);
  for (size_t i : {7, 700, 7'000}) {
    inputs[i] = -1;
    expected[i] = 0;
  }
  auto result =
      asked<map_outcome<int64_t>>([=, this](caf::event_based_actor* x) {
        return map_all<int64_t>(x, pool_, inputs);
      });
  ASSERT_TRUE(result);
  EXPECT_EQ(result->results, expected);
  ASSERT_EQ(result->failures.size(), 3u);
  EXPECT_EQ(result->failures[1].index, 700u);
  EXPECT_EQ(describe(result->failures[2]),
            "task 7000 failed on input -1: minus one");
}

TEST_F(Map, AFunctionMayReturnAnError) {
  start(1, root);
  auto result = mapped({4, -4});
  ASSERT_FALSE(result);
  EXPECT_EQ(describe(result.error()), "task 1 failed on input -4: negative");
}

TEST_F(Map, ATaskThatKillsPlainWorkersFailsAlone) {
  pool_options options;
  options.intensity = {.restarts = 1000, .period = 1s};
  options.restart_delay = {.first = 1ns, .cap = 1ns};
  for (int i = 0; i < 2; ++i)
    options.workers.push_back(pooled(plain_worker));
  start(std::move(options));
  auto inputs = numbers(20);
  inputs[13] = -1;
  auto asker = sys.spawn([=, this](caf::event_based_actor* x) {
    map_all<int64_t>(x, pool_, inputs).then([=, this](map_outcome<int64_t>& y) {
      x->send(self(), y.results, y.failures);
    });
  });
  asker = nullptr;
  advance(10s);
  ASSERT_TRUE(self()->has_next_message());
  auto answer = self()->next_message()->move_content_to_message();
  ASSERT_TRUE((answer.match_elements<ints, std::vector<task_failure>>()));
  auto& failures = answer.get_as<std::vector<task_failure>>(1);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].index, 13u);
  EXPECT_EQ(failures[0].reason, errc::worker_lost);
  EXPECT_EQ(answer.get_as<ints>(0)[19], 361);
}

TEST_F(Map, AWrongOptionIsNamed) {
  start(1, square_mapper);
  auto result = mapped({1}, {.max_batch = 0});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), errc::bad_map_option);
}

TEST_F(Map, WithoutWorkersItSaysSo) {
  start(1, square_mapper);
  ASSERT_TRUE(ask<void>(pool_, withdraw_atom_v, size_t{0}));
  EXPECT_EQ(mapped({1}).error(), errc::no_workers);
}

TEST_F(Map, AFullQueueIsWaitedFor) {
  pool_options options;
  options.max_queued = 2;
  options.workers = {pooled(square_mapper)};
  start(std::move(options));
  EXPECT_EQ(mapped(numbers(1000), {.max_batch = 1}), squares(1000));
}

TEST_F(Map, WithoutQueueNothingIsSentInVainWhileWorkersAreBusy) {
  pool_options options;
  options.max_queued = 0;
  options.workers = {pooled(never)};
  start(std::move(options));
  auto asker = sys.spawn([this](caf::event_based_actor* x) {
    map<int64_t>(x, pool_, ints{1, 2, 3}).then([](ints&) {});
  });
  // Comes to an end.
  run();
  EXPECT_EQ(stats().outstanding, 1u);
  EXPECT_LE(stats().refused, 2u);
  self()->send_exit(asker, caf::exit_reason::kill);
  run();
}

// -- ends ---------------------------------------------------------------------

TEST_F(Map, AGroupIsCancelled) {
  start(1, never);
  auto result = open<int64_t>(pool_, int64_t{0});
  auto asker = sys.spawn([=, this](caf::event_based_actor* x) {
    map<int64_t>(x, pool_, ints{1, 2, 3}, {.group = "mine"})
        .then([](ints&) { FAIL() << "has results"; },
              [=, this](caf::error& y) { x->send(self(), std::move(y)); });
  });
  asker = nullptr;
  run();
  EXPECT_EQ(ask<size_t>(pool_, cancel_atom_v, std::string{"min"}), 0u);
  EXPECT_EQ(ask<size_t>(pool_, cancel_atom_v, std::string{"mine"}), 2u);
  auto reason = received<caf::error>();
  ASSERT_TRUE(reason);
  EXPECT_EQ(*reason, errc::task_cancelled);
  EXPECT_EQ(stats().queued, 0u);
}

TEST_F(Map, WhoeverAskedTakesItsTasksAlong) {
  start(1, never);
  auto asker = sys.spawn([=, this](caf::event_based_actor* x) {
    map<int64_t>(x, pool_, ints{1, 2, 3}).then([](ints&) {});
  });
  run();
  EXPECT_EQ(stats().outstanding, 1u);
  self()->send_exit(asker, caf::exit_reason::kill);
  run();
  EXPECT_EQ(stats().outstanding, 0u);
  EXPECT_EQ(stats().queued, 0u);
}

TEST_F(Map, TimeIsLimited) {
  start(1, never);
  auto asker = sys.spawn([=, this](caf::event_based_actor* x) {
    map<int64_t>(x, pool_, ints{1, 2, 3}, {.time_limit = 3s})
        .then([](ints&) { FAIL() << "has results"; },
              [=, this](caf::error& y) { x->send(self(), std::move(y)); });
  });
  asker = nullptr;
  advance(2900ms);
  EXPECT_FALSE(self()->has_next_message());
  advance(200ms);
  auto reason = received<caf::error>();
  ASSERT_TRUE(reason);
  EXPECT_EQ(*reason, errc::deadline_passed);
  EXPECT_EQ(stats().queued + stats().outstanding, 0u);
  advance(2s);
}

// -- reports ------------------------------------------------------------------

TEST_F(Map, ProgressAndPartsCoverAllTasks) {
  start(2, square_mapper);
  auto me = caf::actor_cast<caf::actor>(self());
  ASSERT_TRUE(mapped(numbers(5000), {.progress_to = me, .parts_to = me}));
  ints seen(5000, -1);
  uint64_t done = 0;
  while (self()->has_next_message()) {
    auto x = self()->next_message()->move_content_to_message();
    if (x.match_elements<progress_atom, uint64_t, uint64_t>()) {
      EXPECT_GT(x.get_as<uint64_t>(1), done);
      done = x.get_as<uint64_t>(1);
      EXPECT_EQ(x.get_as<uint64_t>(2), 5000u);
    } else {
      ASSERT_TRUE((x.match_elements<part_atom, uint64_t, ints>()));
      auto first = x.get_as<uint64_t>(1);
      for (auto y : x.get_as<ints>(2))
        EXPECT_EQ(std::exchange(seen[first++], y), -1);
    }
  }
  EXPECT_EQ(done, 5000u);
  EXPECT_EQ(seen, squares(5000));
}

} // namespace
} // namespace troupe
