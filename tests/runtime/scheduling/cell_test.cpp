// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/cell.hpp"

#include <future>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/after.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"
#include "support/eventually.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/scheduling/scheduler.hpp"
#include "troupe/scheduling/spawn.hpp"

using namespace std::chrono_literals;
using troupe::overflow_policy;
using troupe::test::eventually;

namespace {

class Cell : public testing::Test {
public:
  Cell() {
    cfg.load<troupe::scheduler>();
    sys = std::make_unique<caf::actor_system>(cfg);
    self = std::make_unique<caf::scoped_actor>(*sys);
  }

  ~Cell() override {
    self.reset();
    sys.reset();
  }

  caf::scoped_actor& me() {
    return *self;
  }

  /// Starts a cell and makes it wait inside a handler.
  template <class F>
  caf::actor blocked(const troupe::cell_options& opts, F rest) {
    auto f = [this, rest](caf::event_based_actor* x) -> caf::behavior {
      return {[this, rest, x](caf::ok_atom) {
        entered.set_value();
        leave.get_future().wait();
        x->become(rest(x));
      }};
    };
    auto result = troupe::spawn(*sys, opts, f);
    caf::anon_send(result, caf::ok_atom_v);
    entered.get_future().wait();
    return result;
  }

  std::vector<int> collect() {
    std::vector<int> result;
    auto done = false;
    me()->receive_while([&] { return !done; })(
        [&](int x) { result.push_back(x); }, [&](caf::ok_atom) { done = true; },
        caf::after(10s) >> [&] { done = true; });
    return result;
  }

  /// Passes numbers on to the test; `ok` as well, and ends then.
  auto forwarder() {
    return [out = caf::actor{me()}](caf::event_based_actor* x) {
      return caf::behavior{[=](int y) { x->send(out, y); },
                           [=](caf::update_atom) {
                             x->send(out, caf::ok_atom_v);
                             x->quit();
                           }};
    };
  }

  caf::actor_system_config cfg;
  std::unique_ptr<caf::actor_system> sys;
  std::unique_ptr<caf::scoped_actor> self;
  std::promise<void> entered;
  std::promise<void> leave;
};

TEST_F(Cell, ExitOvertakesAllDataThatWaits) {
  auto x = blocked({}, forwarder());
  for (int i = 0; i < 100; ++i)
    me()->send(x, i);
  me()->send_exit(x, caf::exit_reason::user_shutdown);
  leave.set_value();
  me()->monitor(x);
  me()->receive([](caf::down_msg& y) {
    EXPECT_EQ(y.reason, caf::exit_reason::user_shutdown);
  });
  EXPECT_EQ(me()->mailbox().size(), 0u);
}

TEST_F(Cell, FullMailboxRefusesNewMessagesAndAnswersRequests) {
  auto x = blocked({.mailbox_limit = 4}, forwarder());
  for (int i = 0; i < 10; ++i)
    me()->send(x, i);
  auto stats = troupe::stats_of(x);
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->refused, 7u); // the message in work takes a place
  EXPECT_EQ(stats->waiting, 3u);
  me()->request(x, 10s, 1).receive(
      [] { FAIL(); },
      [](caf::error& e) { EXPECT_EQ(e, troupe::errc::mailbox_full); });
  leave.set_value();
  ASSERT_TRUE(
      eventually(10s, [&] { return troupe::stats_of(x)->handled == 4; }));
  me()->send(x, caf::update_atom_v);
  EXPECT_EQ(collect(), (std::vector<int>{0, 1, 2}));
}

TEST_F(Cell, DropOldestKeepsTheNewestMessages) {
  auto x =
      blocked({.mailbox_limit = 4, .overflow = overflow_policy::drop_oldest},
              forwarder());
  for (int i = 0; i < 10; ++i)
    me()->send(x, i);
  EXPECT_EQ(troupe::stats_of(x)->dropped, 7u);
  leave.set_value();
  ASSERT_TRUE(
      eventually(10s, [&] { return troupe::stats_of(x)->handled == 4; }));
  me()->send(x, caf::update_atom_v);
  EXPECT_EQ(collect(), (std::vector<int>{7, 8, 9}));
}

TEST_F(Cell, DropNewestKeepsTheOldestMessages) {
  auto x =
      blocked({.mailbox_limit = 4, .overflow = overflow_policy::drop_newest},
              forwarder());
  for (int i = 0; i < 10; ++i)
    me()->send(x, i);
  EXPECT_EQ(troupe::stats_of(x)->dropped, 7u);
  leave.set_value();
  ASSERT_TRUE(
      eventually(10s, [&] { return troupe::stats_of(x)->handled == 4; }));
  me()->send(x, caf::update_atom_v);
  EXPECT_EQ(collect(), (std::vector<int>{0, 1, 2}));
}

TEST_F(Cell, FullMailboxStillTakesControl) {
  auto x = blocked({.mailbox_limit = 1}, forwarder());
  me()->send(x, 1);
  me()->send_exit(x, caf::exit_reason::kill);
  leave.set_value();
  me()->monitor(x);
  me()->receive(
      [](caf::down_msg& y) { EXPECT_EQ(y.reason, caf::exit_reason::kill); });
}

TEST_F(Cell, LimitedMailboxSkipsAndResumesWithoutLosingItsPlaces) {
  auto f = [out = caf::actor{me()}](caf::event_based_actor* x) {
    x->set_default_handler(caf::skip);
    return caf::behavior{[=](caf::ok_atom) {
      x->become(
          caf::keep_behavior, [=](int y) { x->send(out, y); },
          [=](caf::update_atom) { x->unbecome(); });
    }};
  };
  auto x = troupe::spawn(*sys, {.mailbox_limit = 4}, f);
  for (int round = 0; round < 5; ++round) {
    me()->send(x, 1);
    me()->send(x, 2);
    ASSERT_TRUE(
        eventually(10s, [&] { return troupe::stats_of(x)->waiting == 2; }));
    me()->send(x, caf::ok_atom_v);
    for (int expected : {1, 2})
      me()->receive([=](int y) { EXPECT_EQ(y, expected); });
    ASSERT_TRUE(
        eventually(10s, [&] { return troupe::stats_of(x)->waiting == 0; }));
    me()->send(x, caf::update_atom_v);
  }
  EXPECT_EQ(troupe::stats_of(x)->refused, 0u);
  me()->send_exit(x, caf::exit_reason::kill);
}

TEST_F(Cell, ObserverSeesWhatIsInWorkAndSinceWhen) {
  auto x = blocked({}, forwarder());
  me()->send(x, 1);
  me()->send(x, 2);
  ASSERT_TRUE(eventually(10s, [&] {
    auto stats = troupe::stats_of(x);
    return stats && stats->busy_for && *stats->busy_for > 5ms;
  }));
  EXPECT_EQ(troupe::stats_of(x)->waiting, 2u);
  auto history = troupe::history_of(x);
  ASSERT_EQ(history.size(), 1u);
  EXPECT_EQ(history[0].type, "ok");
  leave.set_value();
  ASSERT_TRUE(
      eventually(10s, [&] { return troupe::stats_of(x)->handled == 3; }));
  ASSERT_TRUE(eventually(10s, [&] { return !troupe::stats_of(x)->busy_for; }));
  me()->send_exit(x, caf::exit_reason::kill);
}

TEST_F(Cell, HistoryKeepsTheLastMessagesWithSenderAndType) {
  troupe::cell_options opts;
  opts.history = 4;
  auto x = troupe::spawn(*sys, opts, [](caf::event_based_actor*) {
    return caf::behavior{[](int y) { return y; },
                         [](const std::string& y, int) { return y; }};
  });
  for (int i = 0; i < 10; ++i)
    me()->request(x, 10s, i).receive([](int) {}, [](caf::error&) {});
  me()->request(x, 10s, "text", 1)
      .receive([](const std::string&) {}, [](caf::error&) {});
  auto history = troupe::history_of(x);
  ASSERT_EQ(history.size(), 4u);
  EXPECT_EQ(history[3].size, 2u);
  EXPECT_EQ(history[3].type, "@str");
  EXPECT_EQ(history[2].type, "@i32");
  for (auto& y : history) {
    EXPECT_EQ(y.sender, me()->id());
    EXPECT_TRUE(y.mid.is_request());
  }
  EXPECT_GE(history[0].age, history[3].age);
  me()->send_exit(x, caf::exit_reason::kill);
}

TEST_F(Cell, StockActorHasNeitherStatsNorHistory) {
  auto x = sys->spawn(
      [](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
  EXPECT_FALSE(troupe::stats_of(x));
  EXPECT_TRUE(troupe::history_of(x).empty());
  me()->send_exit(x, caf::exit_reason::kill);
}

TEST_F(Cell, NoActorHasNeitherStatsNorHistory) {
  EXPECT_FALSE(troupe::stats_of(caf::actor{}));
  EXPECT_TRUE(troupe::history_of(caf::actor{}).empty());
}

TEST_F(Cell, CancelTokenIsSetWhileTheHandlerStillRuns) {
  std::promise<void> started;
  auto x = troupe::spawn(*sys, [&](caf::event_based_actor* me) {
    return caf::behavior{[&started, me](int) {
      troupe::cancel_token token{me};
      EXPECT_FALSE(token.requested());
      started.set_value();
      while (!token.requested())
        ; // computes
    }};
  });
  me()->monitor(x);
  me()->send(x, 1);
  started.get_future().wait();
  me()->send_exit(x, caf::exit_reason::user_shutdown);
  me()->receive([](caf::down_msg& y) {
    EXPECT_EQ(y.reason, caf::exit_reason::user_shutdown);
  });
}

TEST_F(Cell, CancelTokenOfAStockActorIsNeverSet) {
  auto x = sys->spawn([](caf::event_based_actor* me) -> caf::behavior {
    return {[me](int) { return troupe::cancel_token{me}.requested(); }};
  });
  me()->request(x, 10s, 1).receive([](bool y) { EXPECT_FALSE(y); },
                                   [](caf::error&) { FAIL(); });
  me()->send_exit(x, caf::exit_reason::kill);
}

TEST_F(Cell, ExitReasonKeepsTheTextOfTheException) {
  auto x = troupe::spawn(*sys, [](caf::event_based_actor*) {
    return caf::behavior{[](int) { throw std::runtime_error("out of tea"); }};
  });
  me()->monitor(x);
  me()->send(x, 1);
  me()->receive([](caf::down_msg& y) {
    EXPECT_EQ(y.reason, caf::sec::runtime_error);
    EXPECT_EQ(troupe::describe(y.reason), "out of tea");
  });
}

TEST_F(Cell, SalvageGetsWhatWaitedAndTheMessageInWork) {
  struct found {
    std::vector<int> waiting;
    bool in_work = false;
    std::string reason;
  };
  auto result = std::make_shared<found>();
  auto x = blocked({}, [result](caf::event_based_actor* y) {
    troupe::on_salvage(y, [result](troupe::salvage& z) {
      result->reason = troupe::describe(z.reason);
      result->in_work = z.in_work != nullptr;
      for (auto& m : z.waiting)
        if (m->content().match_elements<int>())
          result->waiting.push_back(m->content().get_as<int>(0));
      z.waiting.clear();
    });
    return caf::behavior{[](int) { throw std::runtime_error("gone"); }};
  });
  for (int i = 1; i <= 4; ++i)
    me()->send(x, i);
  me()->monitor(x);
  leave.set_value();
  me()->receive([](caf::down_msg&) {});
  EXPECT_EQ(result->waiting, (std::vector<int>{2, 3, 4}));
  EXPECT_TRUE(result->in_work);
  EXPECT_EQ(result->reason, "gone");
}

TEST_F(Cell, TellsHowLongMessagesWaitedAndTookAndWhatWaitsInWhichLane) {
  auto x = blocked({}, forwarder());
  me()->send(x, 1);
  me()->send(x, 2);
  me()->send<caf::message_priority::high>(x, 3);
  auto before = troupe::stats_of(x);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->waiting, 3u);
  EXPECT_EQ(before->control_waiting, 1u);
  ASSERT_TRUE(before->busy_for);
  EXPECT_GE(before->run_time, *before->busy_for);
  leave.set_value();
  EXPECT_TRUE(eventually(10s, [&] {
    auto now = troupe::stats_of(x);
    return now && now->handled == 4 && !now->busy_for
           && now->run_time >= before->run_time;
  }));
  auto after = *troupe::stats_of(x);
  EXPECT_EQ(after.control_waiting, 0u);
  auto count = [](const troupe::run_time_histogram& y) {
    return std::accumulate(y.counts.begin(), y.counts.end(), 0u);
  };
  EXPECT_EQ(count(after.run_times), 4u);
  // At least the first one was in the sample.
  EXPECT_GE(count(after.wait_times), 1u);
  me()->send_exit(x, caf::exit_reason::kill);
}

} // namespace
