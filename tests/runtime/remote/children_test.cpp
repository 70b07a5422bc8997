// SPDX-License-Identifier: Apache-2.0

// Children of supervisors on another node are watched and restored like others.

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/after.hpp"
#include "caf/blocking_actor.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/cancel_token.hpp"
#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/child_context.hpp"
#include "troupe/supervision/supervision_event.hpp"
#include "troupe/supervision/supervisor.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

#include "support/eventually.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;
using test::eventually;
using kind = supervision_event::kind;

constexpr auto patience = 20s;

/// Adds up what it is sent; each sum is a checkpoint. Throws at zero. Stays in
/// a text until it is cancelled or let go.
caf::behavior adder(caf::event_based_actor* self, int32_t begin,
                    std::atomic<bool>& release) {
  auto sum = std::make_shared<int32_t>(begin);
  if (auto last = last_checkpoint(self); last.match_elements<int32_t>())
    *sum = last.get_as<int32_t>(0);
  cancel_token token{self};
  return {
      [=](int32_t x) {
        *sum += x;
        checkpoint(self, *sum);
        if (x == 0)
          throw std::runtime_error{"zero"};
        return *sum;
      },
      [=, &release](const std::string&) {
        while (!token.requested() && !release)
          std::this_thread::yield();
        return token.requested();
      },
      [&release](double) {
        while (!release)
          std::this_thread::yield();
      },
      [=](caf::put_atom) {
        return checkpoint(self, std::string(1'000, 'x'))
               == errc::message_too_large;
      },
      [=](caf::get_atom) { return child_context_of(self)->id; },
  };
}

void blocker(caf::blocking_actor* self) {
  self->receive([](int32_t) {});
}

class RemoteChildren : public testing::Test {
protected:
  struct host {
    explicit host(std::string name, std::atomic<bool>& release,
                  std::vector<std::string> join = {}) {
      config.add_actor_type(
          "adder", [&release](caf::event_based_actor* self, int32_t begin) {
            return adder(self, begin, release);
          });
      config.add_actor_type("blocker", blocker);
      config.threads(2);
      system.emplace(config);
      node_options options{.name = std::move(name),
                           .listen = "127.0.0.1:0",
                           .join = std::move(join)};
      auto x = troupe::node::open(*system, std::move(options));
      if (x)
        node.emplace(std::move(*x));
      else
        ADD_FAILURE() << describe(x.error());
    }

    std::string address() const {
      return "127.0.0.1:" + std::to_string(node->port());
    }

    troupe::config config;
    std::optional<caf::actor_system> system;
    std::optional<troupe::node> node;
  };

  ~RemoteChildren() override {
    release = true;
    if (!supervisor_)
      return;
    self->send_exit(supervisor_, caf::exit_reason::user_shutdown);
    self->monitor(supervisor_);
    self->receive([](const caf::down_msg&) {},
                  caf::after(patience) >> [] { ADD_FAILURE() << "no end"; });
  }

  caf::actor supervise(child_spec x) {
    supervisor_ =
        spawn(*a.system, supervisor,
              supervisor_spec{.children = {std::move(x)}, .watchers = {self}});
    caf::actor result;
    get_child(&*self, supervisor_, patience, "x")
        .receive([&](caf::actor& y) { result = std::move(y); },
                 [](const caf::error& why) { ADD_FAILURE() << describe(why); });
    return result;
  }

  starter on_b(const std::string& type = "adder") {
    return a.node->on("b", type,
                      type == "adder" ? caf::make_message(int32_t{100})
                                      : caf::message{});
  }

  supervision_event await(kind what) {
    supervision_event result;
    auto found = false;
    self->receive_while([&] { return !found; })(
        [&](const supervision_event& x) {
          found = x.what == what;
          result = x;
        },
        caf::after(patience) >>
            [&] {
              found = true;
              ADD_FAILURE() << "no event " << to_string(what);
            });
    return result;
  }

  /// Returns the sum, or 0 if it throws.
  int32_t add(const caf::actor& child, int32_t x) {
    int32_t result = 0;
    self->request(child, patience, x)
        .receive([&](int32_t y) { result = y; }, [](const caf::error&) {});
    return result;
  }

  std::atomic<bool> release = false;
  host b{"b", release};
  host a{"a", release, {b.address()}};
  caf::scoped_actor self{*a.system};
  caf::actor supervisor_;
};

} // namespace

TEST_F(RemoteChildren, TheNextIncarnationBeginsWithTheNewestCheckpoint) {
  auto child = supervise({.id = "x", .start = on_b()});
  EXPECT_EQ(add(child, 1), 101);
  EXPECT_EQ(add(child, 2), 103);
  // Made right before a failure, a checkpoint is not lost either.
  EXPECT_EQ(add(child, 0), 0);
  EXPECT_EQ(await(kind::ended).child, "x");
  EXPECT_EQ(add(child, 4), 107);
}

TEST_F(RemoteChildren, ARefusedCheckpointIsTold) {
  auto child =
      supervise({.id = "x", .start = on_b(), .max_checkpoint_bytes = 100});
  self->request(child, patience, caf::put_atom_v)
      .receive([](bool refused) { EXPECT_TRUE(refused); },
               [](const caf::error& why) { FAIL() << describe(why); });
  auto told = await(kind::checkpoint_refused);
  EXPECT_EQ(told.reason, errc::message_too_large);
  EXPECT_EQ(told.child, "x");
}

TEST_F(RemoteChildren, KnowTheirIds) {
  auto child = supervise({.id = "x", .start = on_b()});
  self->request(child, patience, caf::get_atom_v)
      .receive([](const std::string& id) { EXPECT_EQ(id, "x"); },
               [](const caf::error& why) { FAIL() << describe(why); });
}

TEST_F(RemoteChildren, AFailureTellsTheLastMessages) {
  auto child = supervise({.id = "x", .start = on_b()});
  EXPECT_EQ(add(child, 7), 107);
  EXPECT_EQ(add(child, 0), 0);
  auto end = await(kind::ended);
  EXPECT_NE(end.death.find("zero"), std::string::npos) << end.death;
  ASSERT_EQ(end.last_messages.size(), 2u);
  for (auto& line : end.last_messages)
    EXPECT_NE(line.find("\"@i32\", 1 element, a request"), std::string::npos)
        << line;
}

TEST_F(RemoteChildren, AStuckOneIsTold) {
  auto child = supervise(
      {.id = "x",
       .start = on_b(),
       .hang = hang_detection{.longest = 40ms, .policy = stuck_policy::warn}});
  self->send(child, "stay");
  auto stuck = await(kind::stuck);
  EXPECT_EQ(stuck.child, "x");
  EXPECT_NE(stuck.activity.find("busy for"), std::string::npos)
      << stuck.activity;
  EXPECT_NE(stuck.activity.find("\"@str\""), std::string::npos)
      << stuck.activity;
  release = true;
  EXPECT_EQ(add(child, 1), 101);
}

TEST_F(RemoteChildren, AMessageThatTakesTooLongMayBeCancelled) {
  auto child =
      supervise({.id = "x",
                 .start = on_b(),
                 .hang = hang_detection{.longest = 40ms,
                                        .policy = stuck_policy::cancel}});
  self->request(child, patience, "stay")
      .receive([](bool cancelled) { EXPECT_TRUE(cancelled); },
               [](const caf::error& why) { FAIL() << describe(why); });
}

TEST_F(RemoteChildren, AStuckOneIsReplaced) {
  auto child = supervise(
      {.id = "x",
       .start = on_b(),
       .hang = hang_detection{
           .longest = 40ms, .policy = stuck_policy::replace, .grace = 1ms}});
  EXPECT_EQ(add(child, 5), 105);
  self->send(child, 0.5);
  EXPECT_EQ(await(kind::disowned).child, "x");
  EXPECT_EQ(add(child, 1), 106);
}

TEST_F(RemoteChildren, WhatIsNoCellCannotBeWatched) {
  supervisor_ = spawn(*a.system, supervisor,
                      supervisor_spec{.children = {{.id = "x",
                                                    .start = on_b("blocker"),
                                                    .hang = hang_detection{}}},
                                      .watchers = {self}});
  auto told = await(kind::start_failed);
  EXPECT_EQ(told.reason, errc::bad_hang_limit) << describe(told.reason);
  supervisor_ = nullptr;
}

TEST_F(RemoteChildren, NoMessageInWorkIsGivenBack) {
  child_spec spec{.id = "x",
                  .start = on_b(),
                  .in_flight = {.policy = in_flight_policy::retry}};
  EXPECT_EQ(validate(spec), errc::bad_in_flight_policy);
  spec.in_flight = {};
  EXPECT_EQ(validate(spec), caf::none);
}

} // namespace troupe
