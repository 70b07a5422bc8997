// SPDX-License-Identifier: Apache-2.0

#include "job_table.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace server_app {

using namespace std::chrono_literals;

namespace {

using ids = std::vector<std::string>;

job_table::time_point at(caf::timespan x) {
  return job_table::time_point{x};
}

std::optional<int> submit(job_table& to, std::string id,
                          caf::timespan now = 0s) {
  auto what = to.submit({.id = std::move(id), .total = 10}, 10s, at(now));
  return what ? std::optional{what->status} : std::nullopt;
}

} // namespace

TEST(JobTable, StartsInOrderAsFarAsThereIsRoom) {
  job_table x{{.running = 2, .waiting = 2}};
  for (auto id : {"a", "b", "c"})
    EXPECT_EQ(submit(x, id), std::nullopt);
  EXPECT_EQ(x.start(), (ids{"a", "b"}));
  EXPECT_EQ(x.find("c")->state, job_state::waiting);
  x.finish("a", "{}", at(1s));
  EXPECT_EQ(x.start(), (ids{"c"}));
  EXPECT_EQ(x.start(), ids{});
}

TEST(JobTable, RefusesWhatCannotWait) {
  job_table x{{.running = 1, .waiting = 1}};
  EXPECT_EQ(submit(x, "a"), std::nullopt);
  x.start();
  EXPECT_EQ(submit(x, "b"), std::nullopt);
  EXPECT_EQ(submit(x, "c"), 429);
  x.finish("a", "{}", at(1s));
  EXPECT_EQ(submit(x, "c"), std::nullopt);
}

TEST(JobTable, WithoutAQueueTakesWhatCanStart) {
  job_table x{{.running = 1, .waiting = 0}};
  EXPECT_EQ(submit(x, "a"), std::nullopt);
  EXPECT_EQ(submit(x, "b"), 429);
}

TEST(JobTable, TakesNothingWhileItDrains) {
  job_table x;
  EXPECT_EQ(submit(x, "a"), std::nullopt);
  x.drain();
  EXPECT_EQ(submit(x, "b"), 503);
  EXPECT_EQ(x.start(), (ids{"a"}));
}

TEST(JobTable, KeepsResults) {
  job_table x;
  submit(x, "a");
  x.start();
  x.progress("a", 4);
  EXPECT_EQ(x.find("a")->done, 4);
  x.finish("a", "{\"n\":1}", at(1s));
  EXPECT_EQ(x.find("a")->state, job_state::done);
  EXPECT_EQ(x.find("a")->done, 10);
  EXPECT_EQ(x.find("a")->result, "{\"n\":1}");
}

TEST(JobTable, EachChangeIsANewVersion) {
  job_table x;
  submit(x, "a");
  auto first = x.find("a")->version;
  x.start();
  auto second = x.find("a")->version;
  x.progress("a", 1);
  auto third = x.find("a")->version;
  x.finish("a", web::problem{}, at(1s));
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_LT(third, x.find("a")->version);
}

TEST(JobTable, CancelsWhatRunsAndWhatWaits) {
  job_table x{{.running = 1}};
  submit(x, "a");
  submit(x, "b");
  submit(x, "c");
  x.start();
  EXPECT_TRUE(x.cancel("b", at(1s)));
  EXPECT_TRUE(x.cancel("a", at(1s)));
  EXPECT_FALSE(x.cancel("a", at(1s)));
  EXPECT_FALSE(x.cancel("nobody", at(1s)));
  EXPECT_EQ(x.start(), (ids{"c"}));
  EXPECT_EQ(x.find("b")->state, job_state::cancelled);
}

TEST(JobTable, KeepsNothingOfWhatWasCalledOff) {
  job_table x{{.running = 1, .waiting = 2}};
  submit(x, "a");
  x.start();
  // Far more than may wait at once.
  for (int i = 0; i < 1'000; ++i) {
    auto id = std::to_string(i);
    submit(x, id);
    EXPECT_TRUE(x.cancel(id, at(1s)));
    x.forget(id);
  }
  submit(x, "b");
  EXPECT_EQ(x.size(), 2);
  x.cancel("a", at(2s));
  EXPECT_EQ(x.start(), ids{"b"});
}

TEST(JobTable, NoticesOfEndedJobsChangeNothing) {
  job_table x;
  submit(x, "a");
  x.start();
  x.cancel("a", at(1s));
  x.progress("a", 3);
  x.finish("a", "{}", at(2s));
  EXPECT_EQ(x.find("a")->state, job_state::cancelled);
  EXPECT_EQ(x.find("a")->done, 0);
}

TEST(JobTable, FailsWhatRunsOrWaitsBeyondItsDeadline) {
  job_table x{{.running = 1}};
  submit(x, "a", 0s);
  submit(x, "b", 1s);
  x.start();
  EXPECT_EQ(x.expire(at(9s)), ids{});
  EXPECT_EQ(x.expire(at(11s)), (ids{"a", "b"}));
  EXPECT_EQ(x.find("b")->failure->status, 504);
  EXPECT_EQ(x.expire(at(12s)), ids{});
  EXPECT_TRUE(x.open().empty());
}

TEST(JobTable, ForgetsTheOldestWhenTheyAreTooMany) {
  job_table x{{.kept = 2}};
  for (auto id : {"a", "b", "c"}) {
    submit(x, id);
    x.start();
    x.finish(id, "{}", at(1s));
  }
  EXPECT_EQ(x.find("a"), nullptr);
  EXPECT_NE(x.find("b"), nullptr);
  EXPECT_NE(x.find("c"), nullptr);
}

TEST(JobTable, ForgetsTheOldestWhenTheyAreTooLarge) {
  job_table x{{.kept_bytes = 10'000}};
  for (auto id : {"a", "b", "c"}) {
    submit(x, id);
    x.start();
    x.finish(id, std::string(4'000, 'x'), at(1s));
  }
  EXPECT_EQ(x.find("a"), nullptr);
  EXPECT_NE(x.find("c"), nullptr);
}

TEST(JobTable, ForgetsWhatHasEndedLongAgo) {
  job_table x{{.keep_for = 60s}};
  submit(x, "a");
  x.start();
  x.finish("a", "{}", at(5s));
  x.expire(at(64s));
  EXPECT_NE(x.find("a"), nullptr);
  x.expire(at(65s));
  EXPECT_EQ(x.find("a"), nullptr);
  EXPECT_EQ(x.size(), 0);
}

TEST(JobTable, ForgetsOnRequestOnlyWhatHasEnded) {
  job_table x;
  submit(x, "a");
  x.forget("a");
  EXPECT_NE(x.find("a"), nullptr);
  x.start();
  x.finish("a", "{}", at(1s));
  x.forget("a");
  EXPECT_EQ(x.find("a"), nullptr);
  x.forget("a");
  EXPECT_EQ(x.count(job_state::done), 0);
}

} // namespace server_app
