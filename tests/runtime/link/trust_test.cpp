// SPDX-License-Identifier: Apache-2.0

// What a peer that was let in may do, and what it may not.

#include <chrono>

#include <gtest/gtest.h>

#include "caf/message_id.hpp"
#include "caf/send.hpp"

#include "troupe/scheduling/dead_letter.hpp"

#include "link_end.hpp"
#include "stranger.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

using test::link_end;
using test::stranger;

constexpr auto patience = 10s;

/// The stranger's actor.
constexpr uint64_t own = 7;

uint64_t a_request() {
  return caf::make_message_id().integer_value() | 1;
}

struct Trust : testing::Test {
  void SetUp() override {
    secret = server.system.spawn([](caf::event_based_actor*) -> caf::behavior {
      return {[](int32_t x) { return x + 1; }};
    });
    server.system.registry().put(secret.id(), secret);
    auto greeting = stranger::greeting();
    greeting.mutable_services()->insert({"doubler", own});
    peer.hello(greeting);
    ASSERT_TRUE(peer.read());
    ASSERT_TRUE(server.saw({peer_change::up}));
  }

  void TearDown() override {
    caf::anon_send_exit(secret, caf::exit_reason::user_shutdown);
  }

  uint64_t ticket_of(const caf::actor& x) {
    return server.links->ticket_of(server.system.node(), x.id());
  }

  /// Has the stranger ask `secret`.
  std::optional<caf::error> ask_secret() {
    peer.send_records("", schema_record{1, "@i32"},
                      message_record{.to = secret.id(),
                                     .from = {own},
                                     .message_id = a_request(),
                                     .schema = 1,
                                     .head = "1234"});
    return peer.read_error(own);
  }

  link_end server{"server"};
  stranger peer{server.address()};
  caf::actor secret;
};

} // namespace

TEST_F(Trust, AnActorWhoseHandleWasNotGivenAwayIsAsGoodAsNotThere) {
  auto why = ask_secret();
  ASSERT_TRUE(why);
  EXPECT_EQ(*why, caf::sec::request_receiver_down);
}

TEST_F(Trust, AnActorWhoseHandleWasNotGivenAwayCannotBeEnded) {
  peer.send_records("",
                    exit_record{secret.id(), {own}, std::string_view{"\0", 1}},
                    monitor_record{secret.id(), ticket_of(secret) + 1});
  auto why = peer.read_down(secret.id());
  ASSERT_TRUE(why);
  EXPECT_EQ(*why, errc::unknown_destination);
  server.self->request(secret, patience, int32_t{1})
      .receive([](int32_t x) { EXPECT_EQ(x, 2); },
               [](const caf::error& e) { FAIL() << describe(e); });
}

TEST_F(Trust, WhoShowsTheTicketMaySendAndEnd) {
  peer.send_records("", monitor_record{secret.id(), ticket_of(secret)},
                    schema_record{1, "@i32"},
                    message_record{.to = secret.id(),
                                   .from = {own},
                                   .message_id = a_request(),
                                   .schema = 1,
                                   .head = "1234"});
  EXPECT_TRUE(peer.read_message(own));
  std::string reason;
  byte_writer{reason}.raw(
      static_cast<uint8_t>(caf::exit_reason::user_shutdown));
  byte_writer{reason}.raw(caf::atom("exit"));
  byte_writer{reason}.text("");
  peer.send_records("", exit_record{secret.id(), {own}, reason});
  EXPECT_TRUE(peer.read_down(secret.id()));
}

TEST_F(Trust, OnlyWhoWasAskedCanAnswer) {
  stranger forger{server.address()};
  ASSERT_NE(forger.join("forger"), 0u);
  auto open = server.self->request(server.peer_doubler(), patience, int32_t{1});
  auto question = peer.read_message(own);
  ASSERT_TRUE(question);
  caf::message_id id{question->message_id};
  message_record answer{.to = question->from,
                        .from = {own},
                        .message_id = id.response_id().integer_value(),
                        .schema = 1,
                        .head = {"\x0d\0\0\0", 4}};
  forger.send_records("", schema_record{1, "@i32"}, answer);
  ASSERT_TRUE(forger.sync());
  answer.head = {"\x2a\0\0\0", 4};
  peer.send_records("", schema_record{1, "@i32"}, answer);
  open.receive([](int32_t x) { EXPECT_EQ(x, 42); },
               [](const caf::error& e) { FAIL() << describe(e); });
}

TEST_F(Trust, AMessageForNobodyIsADeadLetter) {
  server.system.registry().put(
      dead_letter_listener,
      caf::actor_cast<caf::strong_actor_ptr>(server.self));
  peer.send_records(
      "", schema_record{1, "@i32+@str"},
      message_record{.to = secret.id(),
                     .from = {own},
                     .message_id = caf::make_message_id().integer_value(),
                     .schema = 1,
                     .head = {"1234\0", 5}});
  server.self->receive(
      [](const dead_letter& x) {
        EXPECT_EQ(x.reason, errc::unknown_destination);
        EXPECT_EQ(x.sender, own);
        EXPECT_EQ(x.peer, "stranger");
        EXPECT_EQ(x.content, "@i32+@str");
      },
      caf::after(patience) >> [] { FAIL() << "nothing was reported"; });
  server.system.registry().erase(dead_letter_listener);
}

} // namespace troupe
