// SPDX-License-Identifier: Apache-2.0

#include "roster.hpp"

#include <gtest/gtest.h>

namespace fib_app {

namespace {

using kind = troupe::pool_event::kind;
using troupe::node_state;

caf::node_id id(uint32_t x) {
  return caf::make_node_id(x, "0123456789abcdef0123456789abcdef01234567")
      .value_or(caf::node_id{});
}

troupe::node_event node(std::string name, uint32_t incarnation,
                        node_state state, size_t workers,
                        std::string reason = {}) {
  troupe::node_event result;
  result.name = std::move(name);
  result.id = id(incarnation);
  result.state = state;
  result.workers = workers;
  result.reason = std::move(reason);
  return result;
}

troupe::pool_event worker(kind what, size_t slot, std::string where = {},
                          size_t requeued = 0) {
  troupe::pool_event result;
  result.what = what;
  result.slot = slot;
  result.node = std::move(where);
  result.requeued = requeued;
  return result;
}

} // namespace

TEST(Roster, IsCompleteOnceAllWorkersAreReady) {
  roster x{"a", id(1), 2};
  EXPECT_FALSE(x.complete());
  x.book(worker(kind::up, 0));
  x.book(worker(kind::up, 1));
  EXPECT_TRUE(x.complete());
  x.book(node("b", 2, node_state::up, 1));
  EXPECT_FALSE(x.complete());
  x.book(worker(kind::up, 2, "b"));
  EXPECT_TRUE(x.complete());
  EXPECT_EQ(x.ready(), 3u);
}

TEST(Roster, WaitsNeitherForWorkersGivenUpNorForLostNodes) {
  roster x{"a", id(1), 1};
  x.book(node("b", 2, node_state::up, 2));
  x.book(worker(kind::given_up, 0));
  EXPECT_FALSE(x.complete());
  x.book(node("b", 2, node_state::lost, 2));
  EXPECT_TRUE(x.complete());
  EXPECT_EQ(x.ready(), 0u);
}

TEST(Roster, CountsAWorkerThatWasLostOnlyOnceAsReady) {
  roster x{"a", id(1), 1};
  x.book(worker(kind::up, 0));
  x.book(worker(kind::lost, 0));
  EXPECT_EQ(x.ready(), 0u);
  x.book(worker(kind::up, 0));
  EXPECT_EQ(x.ready(), 1u);
}

TEST(Roster, SharesOutTheWorkByNodeAndKeepsTheirOrder) {
  roster x{"a", id(1), 1};
  x.book(node("b", 2, node_state::up, 1));
  ledger books{{10, 10, 10}};
  books.book({{id(2), id(1)},
              {{0, 55, caf::timespan{5}, 0},
               {1, 55, caf::timespan{7}, 1},
               {2, 55, caf::timespan{5}, 0}},
              {}});
  auto shares = x.shares(books);
  ASSERT_EQ(shares.size(), 2u);
  EXPECT_EQ(shares[0].name, "a");
  EXPECT_EQ(shares[0].tasks, 1u);
  EXPECT_EQ(shares[1].name, "b");
  EXPECT_EQ(shares[1].tasks, 2u);
  EXPECT_EQ(shares[1].busy, caf::timespan{10});
}

TEST(Roster, AddsUpTheIncarnationsOfANode) {
  roster x{"a", id(1), 1};
  x.book(node("b", 2, node_state::up, 1));
  x.book(worker(kind::lost, 1, "b", 3));
  x.book(node("b", 2, node_state::lost, 1, "reset"));
  x.book(node("b", 3, node_state::up, 1));
  x.book(worker(kind::lost, 2, "b", 1));
  ledger books{{10, 10}};
  books.book({{id(2), id(3)},
              {{0, 55, caf::timespan{1}, 0}, {1, 55, caf::timespan{1}, 1}},
              {}});
  auto shares = x.shares(books);
  ASSERT_EQ(shares.size(), 2u);
  EXPECT_EQ(shares[1].tasks, 2u);
  EXPECT_EQ(shares[1].requeued, 4u);
  EXPECT_EQ(shares[1].loss, "reset");
}

} // namespace fib_app
