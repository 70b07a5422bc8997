// SPDX-License-Identifier: Apache-2.0

// Requests that come too late.

#include <atomic>
#include <chrono>
#include <memory>

#include <gtest/gtest.h>

#include "caf/send.hpp"

#include "troupe/scheduling/deadline.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "link/timed_envelope.hpp"
#include "link_end.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

using test::link_end;
using clock = std::chrono::steady_clock;

constexpr auto patience = 10s;

struct Deadlines : testing::Test {
  link_end server{"server"};
  link_end client{"client", test::link_options(), std::nullopt};
};

caf::behavior counter(caf::event_based_actor*,
                      const std::shared_ptr<std::atomic<int>>& handled) {
  return {[=](int32_t x) {
    ++*handled;
    return x;
  }};
}

} // namespace

TEST_F(Deadlines, TravelWithARequest) {
  ASSERT_FALSE(client.dial(server.address()));
  auto handled = std::make_shared<std::atomic<int>>(0);
  auto local = server.system.spawn(counter, handled);
  auto dest = test::known(client, server, local);
  {
    deadline_scope late{clock::now() - 1s};
    client.self->request(dest, patience, int32_t{1})
        .receive(
            [](int32_t) { FAIL() << "it came too late"; },
            [](const caf::error& e) { EXPECT_EQ(e, errc::deadline_passed); });
  }
  EXPECT_EQ(*handled, 0);
  caf::blocking_actor* self = client.self.ptr();
  // [request]
  request_in_time(self, dest, 10s, int32_t{5})
      .receive([](int32_t x) { EXPECT_EQ(x, 5); },
               [](const caf::error& e) { FAIL() << describe(e); });
  // [request]
  EXPECT_EQ(*handled, 1);
  caf::anon_send_exit(local, caf::exit_reason::user_shutdown);
}

TEST_F(Deadlines, CountInTheMailboxAsWell) {
  auto handled = std::make_shared<std::atomic<int>>(0);
  for (auto& actor : {server.system.spawn(counter, handled),
                      troupe::spawn(server.system, counter, handled)}) {
    auto& self = server.self;
    auto send = [&](clock::time_point deadline) {
      auto id = self->new_request_id(caf::message_priority::normal);
      actor->enqueue(caf::mailbox_element_ptr{new timed_envelope(
                         caf::actor_cast<caf::strong_actor_ptr>(self), id, {},
                         caf::make_message(int32_t{1}), deadline)},
                     nullptr);
      return id.response_id();
    };
    *handled = 0;
    send(clock::now() - 1s);
    send(clock::now() + 1h);
    EXPECT_TRUE(test::eventually(patience,
                                 [&] { return self->mailbox().count() == 2; }));
    EXPECT_EQ(*handled, 1);
    auto first = self->next_message();
    ASSERT_TRUE(first->content().match_elements<caf::error>());
    EXPECT_EQ(first->content().get_as<caf::error>(0), errc::deadline_passed);
    self->next_message();
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  }
}

TEST_F(Deadlines, LeaveTheirPlaceInAMailboxWithABound) {
  auto handled = std::make_shared<std::atomic<int>>(0);
  auto actor = troupe::spawn(server.system, cell_options{.mailbox_limit = 1},
                             counter, handled);
  auto& self = server.self;
  auto ask = [&](clock::time_point deadline, caf::message_priority priority) {
    auto id = self->new_request_id(priority);
    actor->enqueue(caf::mailbox_element_ptr{new timed_envelope(
                       caf::actor_cast<caf::strong_actor_ptr>(self), id, {},
                       caf::make_message(int32_t{1}), deadline)},
                   nullptr);
    EXPECT_TRUE(
        test::eventually(patience, [&] { return self->has_next_message(); }));
    return self->next_message()->move_content_to_message();
  };
  for (auto priority :
       {caf::message_priority::normal, caf::message_priority::high}) {
    for (int i = 0; i < 3; ++i) {
      auto reply = ask(clock::now() - 1s, priority);
      ASSERT_TRUE(reply.match_elements<caf::error>());
      EXPECT_EQ(reply.get_as<caf::error>(0), errc::deadline_passed);
    }
    // The answer may come before the place is given back.
    EXPECT_TRUE(test::eventually(patience, [&] {
      return ask(clock::now() + 1h, caf::message_priority::normal)
          .match_elements<int32_t>();
    }));
  }
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}

} // namespace troupe
