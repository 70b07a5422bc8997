// SPDX-License-Identifier: Apache-2.0

// Quoted by runtime/docs/testing.md.

#include <chrono>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/testing/explore.hpp"
#include "troupe/testing/faulty.hpp"
#include "troupe/testing/faulty_start.hpp"
#include "troupe/testing/test_failure.hpp"
#include "troupe/testing/test_probe.hpp"
#include "troupe/testing/test_system.hpp"
#include "troupe/testing/unreliable.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/send.hpp"
#include "caf/system_messages.hpp"

using namespace std::chrono_literals;

namespace {

using troupe::test_probe;
using troupe::test_system;

// [heartbeat]
/// Greets `listener` every ten seconds, counting.
caf::behavior heartbeat(caf::event_based_actor* self, caf::actor listener) {
  self->delayed_send(self, 10s, caf::tick_atom_v, 1);
  return {[=](caf::tick_atom, int n) {
    self->send(listener, n);
    self->delayed_send(self, 10s, caf::tick_atom_v, n + 1);
  }};
}
// [heartbeat]

// [time]
TEST(Heartbeat, BeatsEveryTenSeconds) {
  test_system system;
  test_probe probe{system};
  auto heart = system.system().spawn(heartbeat, probe.handle());
  probe.expect_nothing(9s);
  EXPECT_EQ(probe.expect<int>({.from = heart, .within = 1s}), 1);
  EXPECT_EQ(probe.expect<int>({.from = heart, .within = 10s}), 2);
  probe.self()->send_exit(heart, caf::exit_reason::user_shutdown);
}
// [time]

// [account]
/// Holds a balance.
caf::behavior account(caf::event_based_actor*) {
  auto balance = std::make_shared<int>(0);
  return {
      [=](caf::get_atom) { return *balance; },
      [=](caf::put_atom, int x) { *balance = x; },
      [=](caf::add_atom, int x) { *balance += x; },
  };
}

/// Pays in 100, and does not think of others who do.
void careless(caf::event_based_actor* self, caf::actor account) {
  self->request(account, 1s, caf::get_atom_v).then([=](int balance) {
    self->send(account, caf::put_atom_v, balance + 100);
  });
}

/// Pays in 100.
void careful(caf::event_based_actor* self, caf::actor account) {
  self->send(account, caf::add_atom_v, 100);
}

using payer = void (*)(caf::event_based_actor*, caf::actor);

void two_pay_in(payer f, uint64_t seed) {
  test_system system{{.seed = seed}};
  auto x = system.system().spawn(account);
  system.system().spawn(f, x);
  system.system().spawn(f, x);
  system.run();
  auto balance = system.ask<int>(x, caf::get_atom_v);
  if (balance != 200)
    throw troupe::test_failure{"the balance is " + to_string(balance)};
}
// [account]

// [explore]
TEST(Account, TwoPaymentsAddUpInEveryOrder) {
  troupe::explore(100, [](uint64_t seed) { two_pay_in(careful, seed); });
}
// [explore]

TEST(Account, ACarelessPaymentIsFound) {
  if (std::getenv("TROUPE_TEST_SEED"))
    GTEST_SKIP() << "needs more than one seed";
  try {
    troupe::explore(100, [](uint64_t seed) { two_pay_in(careless, seed); });
    FAIL() << "not found";
  } catch (const troupe::test_failure& e) {
    // As in the handbook.
    EXPECT_STREQ(e.what(), "TROUPE_TEST_SEED=1: the balance is 100");
  }
}

// [steps]
TEST(Account, ACarelessPaymentIsLostInOneOrder) {
  test_system system;
  auto x = system.system().spawn(account);
  auto ann = system.system().spawn(careless, x);
  auto bob = system.system().spawn(careless, x);
  system.step(ann); // asks
  system.step(bob); // asks
  system.run();
  EXPECT_EQ(system.ask<int>(x, caf::get_atom_v), 100);
}
// [steps]

// [worker]
caf::behavior square(caf::event_based_actor*) {
  return {[](int x) { return x * x; }};
}
// [worker]

// [faults]
TEST(Squares, SurviveAWorkerThatFails) {
  test_system system;
  test_probe client{system};
  troupe::fault_plan plan{{.what = troupe::throws{"disk full"}, .nth = 2}};
  troupe::pool_options options;
  options.workers = {troupe::pooled(troupe::faulty(plan, square)),
                     troupe::pooled(troupe::faulty(plan, square))};
  auto pool = system.system().spawn<troupe::pool>(std::move(options));
  for (int x : {2, 3, 4}) {
    client.request(pool, x);
    EXPECT_EQ(client.expect<int>({.within = 1s}), x * x);
  }
  EXPECT_EQ(plan.struck(), 1u);
  client.self()->send_exit(pool, caf::exit_reason::user_shutdown);
}
// [faults]

// [starts]
TEST(Squares, FailWhenTheirWorkersDoNotStart) {
  test_system system;
  troupe::pool_options options;
  options.workers = {troupe::faulty_start(
      {.what = troupe::drops{}, .times = {}}, troupe::pooled(square))};
  options.start_timeout = 5s;
  options.intensity = {.restarts = 0};
  auto pool = system.system().spawn<troupe::pool>(std::move(options));
  auto request = system.open<int>(pool, 7);
  system.advance(5s);
  EXPECT_EQ(troupe::describe(request.result().error()),
            "no worker is left, the last loss: did not start within 5s");
  caf::anon_send_exit(pool, caf::exit_reason::user_shutdown);
}
// [starts]

// [way]
TEST(Squares, ArriveLateOnASlowWay) {
  test_system system;
  test_probe client{system};
  auto worker = system.system().spawn(square);
  auto slow = troupe::unreliable(
      system.system(), troupe::fault{.what = troupe::delays{1s}, .times = {}},
      worker);
  client.request(slow, 3);
  client.expect_nothing(999ms);
  EXPECT_EQ(client.expect<int>({.from = worker, .within = 1ms}), 9);
}
// [way]

TEST(Messages, OfFailuresAreAsInTheHandbook) {
  test_system system;
  test_probe probe{system};
  auto worker = system.system().spawn(square);
  probe.request(worker, 3);
  try {
    probe.expect<double>({.from = worker, .within = 1s});
    FAIL() << "got a double";
  } catch (const troupe::test_failure& e) {
    EXPECT_EQ(e.what(), "expected (double) from scheduled_actor #"
                            + std::to_string(worker.id())
                            + " within 1s, got (9) from scheduled_actor #"
                            + std::to_string(worker.id()));
  }
}

} // namespace
