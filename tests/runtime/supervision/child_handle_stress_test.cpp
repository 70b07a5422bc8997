// SPDX-License-Identifier: Apache-2.0

// Senders on all cores hammer the handle of a child that fails, is given up and
// is restarted all the time; every count must balance. Meant for the thread
// sanitizer as well. TROUPE_STRESS=N does N times as much.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/stress.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/scheduling/scheduler.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/sec.hpp"
#include "caf/send.hpp"

#include "scheduling/passage.hpp"
#include "supervision/child_handle.hpp"

using namespace std::chrono_literals;

namespace troupe {

namespace {

#ifdef __SANITIZE_THREAD__
constexpr int slowdown = 10;
#else
constexpr int slowdown = 1;
#endif

struct config : caf::actor_system_config {
  config() {
    load<scheduler>();
    write_scheduler_options(*this, {.workers = 4});
  }
};

/// How a child misbehaves.
struct plan {
  uint64_t seed = 1;
  /// A message in so many throws.
  uint32_t throws_in = 100;
  /// A message in so many makes the supervisor give its incarnation up.
  uint32_t given_up_in = 0;
};

/// What all incarnations of a child have done. Only one of them works at a time
/// unless some are given up.
struct ledger {
  std::atomic<uint64_t> handled = 0;
  std::atomic<uint64_t> threw = 0;
  std::atomic<uint64_t> disorder = 0;
  std::atomic<int> alive = 0;
  std::map<uint64_t, uint64_t> next_of;
};

struct alive_mark {
  explicit alive_mark(std::shared_ptr<ledger> x) : book(std::move(x)) {
    ++book->alive;
  }

  ~alive_mark() {
    --book->alive;
  }

  std::shared_ptr<ledger> book;
};

using give_up_atom = caf::atom_constant<caf::atom("give_up")>;

/// Answers `2 * n` to message `n` of a sender, and checks that it is the next.
caf::behavior child(caf::event_based_actor* self, std::shared_ptr<ledger> book,
                    plan how, uint64_t generation,
                    const caf::actor& supervisor) {
  // Like CAF's own, but prints nothing.
  self->set_exception_handler([](std::exception_ptr&) {
    return caf::make_error(caf::sec::runtime_error);
  });
  auto mark = std::make_shared<alive_mark>(book);
  std::mt19937_64 random{how.seed + generation};
  return {
      [=](uint64_t sender, uint64_t n) mutable -> uint64_t {
        auto dice = static_cast<uint32_t>(random() >> 32);
        if (how.throws_in > 0 && dice % how.throws_in == 0) {
          ++mark->book->threw;
          throw std::runtime_error{"bad luck"};
        }
        if (how.given_up_in > 0) {
          if (dice % how.given_up_in == 1)
            caf::anon_send(supervisor, give_up_atom::value, generation);
        } else if (mark->book->next_of[sender]++ != n) {
          ++mark->book->disorder;
        }
        ++mark->book->handled;
        return 2 * n;
      },
  };
}

/// Restarts its only child until it is told to stop.
struct supervisor {
  supervisor(caf::event_based_actor* me, child_handle::pointer x,
             std::shared_ptr<ledger> y, plan z)
      : self(me), handle(std::move(x)), book(std::move(y)), how(z) {
    // nop
  }

  void start() {
    ++generation;
    incarnation = spawn(self, {.hooks = handle->hooks()}, child, book, how,
                        generation, caf::actor{self});
    self->monitor(incarnation);
    handle->bind(incarnation, generation, self->context());
  }

  caf::event_based_actor* self;
  child_handle::pointer handle;
  std::shared_ptr<ledger> book;
  plan how;
  caf::actor incarnation;
  uint64_t generation = 0;
};

caf::behavior supervise(caf::event_based_actor* self,
                        const child_handle::pointer& handle,
                        const std::shared_ptr<ledger>& book, plan how) {
  auto state = std::make_shared<supervisor>(self, handle, book, how);
  state->start();
  self->set_down_handler([state](const caf::down_msg& x) {
    if (x.source != state->incarnation)
      return;
    state->handle->unbind(state->generation);
    state->start();
  });
  return {
      [=](give_up_atom, uint64_t generation) {
        if (generation != state->generation)
          return;
        auto old = state->incarnation;
        state->handle->unbind(generation);
        state->start();
        self->send_exit(old, caf::exit_reason::kill);
      },
      [=](caf::ok_atom) {
        self->demonitor(state->incarnation);
        self->send_exit(state->incarnation, caf::exit_reason::kill);
        state->handle->close(caf::exit_reason::user_shutdown);
        state->handle = nullptr;
        state->incarnation = nullptr;
        self->quit();
      },
  };
}

struct answers {
  std::atomic<uint64_t> right = 0;
  std::atomic<uint64_t> wrong = 0;
  std::atomic<uint64_t> errors = 0;
  std::atomic<uint64_t> twice = 0;
};

/// Sends the numbers below `requests`, so many at a time.
caf::behavior client(caf::event_based_actor* self, const caf::actor& address,
                     uint64_t id, uint64_t requests, uint64_t window,
                     const std::shared_ptr<answers>& book) {
  auto sent = std::make_shared<uint64_t>(0);
  auto answered = std::make_shared<std::vector<bool>>(requests);
  auto step = std::make_shared<std::function<void()>>();
  auto take = [=](uint64_t n) {
    if ((*answered)[n])
      ++book->twice;
    (*answered)[n] = true;
    if (*sent < requests)
      (*step)();
    else if (std::find(answered->begin(), answered->end(), false)
             == answered->end())
      self->quit();
  };
  *step = [=] {
    auto n = (*sent)++;
    self->request(address, caf::infinite, id, n)
        .then(
            [=](uint64_t x) {
              ++(x == 2 * n ? book->right : book->wrong);
              take(n);
            },
            [=](const caf::error&) {
              ++book->errors;
              take(n);
            });
  };
  self->attach_functor([step] { *step = nullptr; });
  for (uint64_t i = 0; i < window; ++i)
    (*step)();
  return {[](caf::unit_t) {}};
}

class ChildHandleStress : public testing::Test {
protected:
  ~ChildHandleStress() override {
    stop();
  }

  void open(handle_options opts, plan how) {
    handle = child_handle::make(*sys, opts);
    address = handle->handle();
    boss = spawn(*sys, supervise, handle, book, how);
  }

  void stop() {
    caf::anon_send(boss, caf::ok_atom::value);
    boss = nullptr;
    address = nullptr;
    handle = nullptr;
    sys.reset();
    EXPECT_EQ(book->alive, 0);
    EXPECT_EQ(passage::waiting(), 0u);
  }

  void run_clients(uint64_t clients, uint64_t requests, uint64_t window) {
    auto running = std::make_shared<std::atomic<uint64_t>>(clients);
    for (uint64_t id = 0; id < clients; ++id) {
      auto x = spawn(*sys, client, address, id, requests, window, replies);
      caf::actor_cast<caf::abstract_actor*>(x)->attach_functor(
          [running] { --*running; });
    }
    ASSERT_TRUE(test::eventually(100s, [&] { return *running == 0; }));
  }

  /// Sends plain messages from threads that are no actors.
  static void hammer(const caf::actor& address, uint64_t threads,
                     uint64_t messages) {
    std::vector<std::thread> all;
    for (uint64_t id = 0; id < threads; ++id)
      all.emplace_back([=] {
        for (uint64_t n = 0; n < messages; ++n)
          caf::anon_send(address, id, n);
      });
    for (auto& x : all)
      x.join();
  }

  config cfg;
  std::optional<caf::actor_system> sys{std::in_place, cfg};
  std::shared_ptr<ledger> book = std::make_shared<ledger>();
  std::shared_ptr<answers> replies = std::make_shared<answers>();
  child_handle::pointer handle;
  caf::actor address;
  caf::actor boss;
};

uint64_t amount(uint64_t n) {
  return n * static_cast<uint64_t>(test::stress_factor()) / slowdown;
}

constexpr in_flight_options retry_for_ever{.policy = in_flight_policy::retry,
                                           .retries = 1000};

TEST_F(ChildHandleStress, WithRetryEachRequestIsAnsweredOnceAndInOrder) {
  auto requests = amount(25'000);
  open({.in_flight = retry_for_ever},
       {.seed = test::stress_seed(), .throws_in = 50});
  run_clients(4, requests, 64);
  EXPECT_EQ(replies->right, 4 * requests);
  EXPECT_EQ(replies->wrong, 0u);
  EXPECT_EQ(replies->errors, 0u);
  EXPECT_EQ(replies->twice, 0u);
  EXPECT_EQ(book->handled, 4 * requests);
  EXPECT_EQ(book->disorder, 0u);
  auto stats = handle->stats();
  EXPECT_EQ(stats.retried, book->threw);
  EXPECT_GT(stats.retried, requests / 50);
  EXPECT_EQ(stats.waiting, 0u);
}

TEST_F(ChildHandleStress,
       ByDefaultEachRequestIsAnsweredOnceRightOrWithAnError) {
  auto requests = amount(25'000);
  open({}, {.seed = test::stress_seed(), .throws_in = 50});
  run_clients(4, requests, 64);
  EXPECT_EQ(replies->errors, book->threw);
  EXPECT_EQ(replies->right + replies->errors, 4 * requests);
  EXPECT_EQ(replies->twice, 0u);
  EXPECT_EQ(handle->stats().lost_in_flight, book->threw);
}

TEST_F(ChildHandleStress, PlainMessagesOfManyThreadsAllArriveInOrder) {
  auto messages = amount(25'000);
  open({.max_waiting = 1u << 30, .in_flight = retry_for_ever},
       {.seed = test::stress_seed(), .throws_in = 200});
  hammer(address, 4, messages);
  auto all_handled = [&] { return book->handled == 4 * messages; };
  EXPECT_TRUE(test::eventually(100s, all_handled)) << book->handled;
  EXPECT_EQ(book->disorder, 0u);
}

TEST_F(ChildHandleStress, HandledRefusedAndLostMessagesAreAllThatWereSent) {
  auto messages = amount(100'000);
  open({.max_waiting = 100}, {.seed = test::stress_seed(), .throws_in = 200});
  hammer(address, 4, messages);
  auto balanced = [&] {
    auto stats = handle->stats();
    return book->handled + stats.refused + stats.lost_in_flight == 4 * messages;
  };
  EXPECT_TRUE(test::eventually(100s, balanced)) << book->handled;
  EXPECT_EQ(handle->stats().lost_in_flight, book->threw);
}

TEST_F(ChildHandleStress, NothingIsLostWhenIncarnationsAreGivenUp) {
  auto requests = amount(25'000);
  open({.in_flight = retry_for_ever},
       {.seed = test::stress_seed(), .throws_in = 100, .given_up_in = 100});
  run_clients(4, requests, 64);
  EXPECT_EQ(replies->right, 4 * requests);
  EXPECT_EQ(replies->twice, 0u);
  EXPECT_EQ(book->handled, 4 * requests);
}

TEST_F(ChildHandleStress, HandlesMayCloseWhileTheyAreSentTo) {
  std::vector<caf::actor> addresses;
  std::vector<child_handle::pointer> handles;
  std::vector<caf::actor> bosses;
  auto seed = test::stress_seed();
  for (uint64_t i = 0; i < 8; ++i) {
    handles.push_back(child_handle::make(*sys, {}));
    addresses.push_back(handles.back()->handle());
    bosses.push_back(spawn(
        *sys, supervise, handles.back(), book,
        plan{.seed = seed + i, .throws_in = 100, .given_up_in = 1u << 31}));
  }
  handles.clear();
  open({}, {.seed = seed, .given_up_in = 1u << 31});
  auto messages = amount(20'000);
  std::vector<std::thread> threads;
  for (auto& x : addresses)
    threads.emplace_back([=] { hammer(x, 1, messages); });
  for (auto& x : bosses) {
    auto some = book->handled + amount(5'000);
    static_cast<void>(
        test::eventually(1s, [&] { return book->handled >= some; }));
    caf::anon_send(x, caf::ok_atom::value);
  }
  for (auto& x : threads)
    x.join();
  for (auto& x : addresses) {
    caf::scoped_actor self{*sys};
    self->wait_for(x);
  }
}

} // namespace

} // namespace troupe
