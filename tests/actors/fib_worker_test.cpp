// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/fib.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "caf/event_based_actor.hpp"
#include "caf/sec.hpp"
#include "caf/timespan.hpp"
#include "support/deterministic.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

class fib_worker_test : public test::deterministic {
protected:
  struct answer {
    std::optional<uint64_t> value;
    caf::timespan elapsed{-1};
    caf::error problem;
  };

  answer ask(int64_t n) {
    answer result;
    caf::scoped_actor self{sys, true};
    auto pending = self->request(worker_, caf::infinite, n);
    run();
    pending.receive(
        [&](uint64_t value, caf::timespan elapsed) {
          result.value = value;
          result.elapsed = elapsed;
        },
        [&](caf::error& x) { result.problem = std::move(x); });
    return result;
  }

  caf::actor worker_ = sys.spawn(fib_worker);
};

} // namespace

TEST_F(fib_worker_test, AnswersWithValueAndTime) {
  auto x = ask(20);
  EXPECT_EQ(x.value, 6765u);
  EXPECT_GT(x.elapsed.count(), 0);
}

TEST_F(fib_worker_test, TakesTheSmallestN) {
  EXPECT_EQ(ask(0).value, 0u);
}

TEST_F(fib_worker_test, RefusesNegativeNByNameAndRange) {
  auto x = ask(-1);
  EXPECT_FALSE(x.value);
  EXPECT_EQ(x.problem, caf::sec::invalid_argument);
  EXPECT_EQ(describe(x.problem), "n is -1, must be 0 to 90");
}

TEST_F(fib_worker_test, RefusesNOverTheLimitAndGoesOn) {
  EXPECT_EQ(describe(ask(91).problem), "n is 91, must be 0 to 90");
  EXPECT_EQ(ask(10).value, 55u);
}

} // namespace troupe
