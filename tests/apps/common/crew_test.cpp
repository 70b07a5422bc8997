// SPDX-License-Identifier: Apache-2.0

#include "common/crew.hpp"

#include <gtest/gtest.h>

#include "caf/event_based_actor.hpp"
#include "support/deterministic.hpp"
#include "troupe/actors/fib.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/remote/node.hpp"

namespace app {

namespace {

class crew_test : public troupe::test::deterministic {
protected:
  ~crew_test() override {
    for (auto& x : {crew_, pool_})
      self()->send_exit(x, caf::exit_reason::user_shutdown);
    run();
  }

  void tell(std::string name, uint32_t incarnation, troupe::node_state state,
            size_t workers) {
    troupe::node_event event;
    event.name = std::move(name);
    event.id = caf::make_node_id(incarnation,
                                 "0123456789abcdef0123456789abcdef01234567")
                   .value_or(caf::node_id{});
    event.state = state;
    event.workers = workers;
    self()->send(crew_, event);
    run();
  }

  size_t workers() {
    auto stats = ask<troupe::pool_stats>(pool_, troupe::stats_atom::value);
    return stats ? stats->workers : 0;
  }

  caf::actor pool_ = sys.spawn<troupe::pool>(troupe::pool_options{});
  caf::actor crew_ = sys.spawn(
      crew, pool_,
      std::vector<troupe::starter>(1, troupe::pooled(troupe::fib_worker)),
      remote_starter{[](const std::string&) {
        return troupe::pooled(troupe::fib_worker);
      }});
};

using troupe::node_state;

} // namespace

TEST_F(crew_test, StartsTheWorkersOfThisProcessAtOnce) {
  run();
  EXPECT_EQ(workers(), 1u);
}

TEST_F(crew_test, GivesANodeAsManyWorkersAsItOffers) {
  tell("b", 1, node_state::up, 3);
  EXPECT_EQ(workers(), 4u);
  tell("c", 2, node_state::up, 1);
  EXPECT_EQ(workers(), 5u);
}

TEST_F(crew_test, WithdrawsTheWorkersOfANodeThatIsGone) {
  tell("b", 1, node_state::up, 3);
  tell("c", 2, node_state::up, 1);
  tell("b", 1, node_state::lost, 3);
  EXPECT_EQ(workers(), 2u);
  tell("c", 2, node_state::left, 1);
  EXPECT_EQ(workers(), 1u);
}

TEST_F(crew_test, ReplacesTheWorkersOfANodeThatWasRestarted) {
  tell("b", 1, node_state::up, 3);
  tell("b", 2, node_state::up, 2);
  EXPECT_EQ(workers(), 3u);
}

TEST_F(crew_test, StartsNothingOnANodeThatOffersNothing) {
  tell("b", 1, node_state::up, 0);
  EXPECT_EQ(workers(), 1u);
}

} // namespace app
