// SPDX-License-Identifier: Apache-2.0

// Peers that speak the protocol, but not as they should.

#include <functional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "caf/message_id.hpp"

#include "link/codec.hpp"
#include "link_end.hpp"
#include "stranger.hpp"

namespace troupe {

namespace {

using test::link_end;
using test::link_options;
using test::stranger;

/// An actor of the stranger, in whose name it asks.
constexpr uint64_t asker = 7;

/// A request of normal priority, as CAF numbers them.
uint64_t a_request() {
  return caf::make_message_id().integer_value() | 1;
}

struct LinkStrangers : testing::Test {
  void SetUp() override {
    ASSERT_FALSE(bystander.dial(server.address()));
    ASSERT_EQ(bystander.ask(1), 2);
  }

  void TearDown() override {
    // Nobody else notices anything.
    EXPECT_EQ(bystander.ask(3), 6);
    EXPECT_EQ(bystander.how(), (std::vector{peer_change::up}));
  }

  link_end server{"server"};
  link_end bystander{"bystander", link_options(), std::nullopt};
};

// -- greetings ----------------------------------------------------------------

struct greeting_case {
  std::string name;
  std::function<void(wire::Greeting&, link_end& server)> change;
  errc code;
  std::string text;
};

std::ostream& operator<<(std::ostream& out, const greeting_case& x) {
  return out << x.name;
}

struct Greetings : LinkStrangers, testing::WithParamInterface<greeting_case> {};

const greeting_case greetings[] = {
    {"OfAnotherVersion", [](auto& x, auto&) { x.set_protocol(99); },
     errc::version_mismatch,
     "node stranger speaks protocol version 99, node server version 2"},
    {"WithOtherTypes", [](auto& x, auto&) { x.set_type_table(1); },
     errc::type_table_mismatch,
     "nodes stranger and server were built with different message types"},
    {"OfTheSameName", [](auto& x, auto&) { x.set_name("server"); },
     errc::duplicate_node, "both nodes are named server; names must differ"},
    {"OfTheNameOfAnotherPeer", [](auto& x, auto&) { x.set_name("bystander"); },
     errc::duplicate_node, "node server knows another node named bystander"},
    {"OfTheSameIncarnation",
     [](auto& x, auto& server) {
       x.set_node(node_bytes(server.system.node()));
     },
     errc::duplicate_node, "node server cannot join itself"},
    {"WithoutAName", [](auto& x, auto&) { x.clear_name(); },
     errc::not_a_troupe_peer, "the greeting is malformed"},
    {"OfTooLongAName", [](auto& x, auto&) { x.set_name(std::string(65, 'x')); },
     errc::not_a_troupe_peer, "the greeting is malformed"},
    {"WithHalfAnId", [](auto& x, auto&) { x.set_node("half"); },
     errc::not_a_troupe_peer, "the greeting is malformed"},
};

TEST_P(Greetings, AreRefusedWithTheReason) {
  auto hello = stranger::greeting();
  GetParam().change(hello, server);
  stranger peer{server.address()};
  peer.hello(hello);
  auto reply = peer.read();
  ASSERT_TRUE(reply);
  ASSERT_TRUE(reply->has_refusal());
  EXPECT_EQ(static_cast<errc>(reply->refusal().code()), GetParam().code);
  EXPECT_EQ(reply->refusal().text(), GetParam().text);
  EXPECT_TRUE(peer.cut_off());
}

INSTANTIATE_TEST_SUITE_P(LinkStrangers, Greetings, testing::ValuesIn(greetings),
                         [](auto& x) { return x.param.name; });

// -- frames that break the protocol -------------------------------------------

struct nonsense_case {
  std::string name;
  std::function<void(stranger&)> send;
};

std::ostream& operator<<(std::ostream& out, const nonsense_case& x) {
  return out << x.name;
}

struct Nonsense : LinkStrangers, testing::WithParamInterface<nonsense_case> {};

const nonsense_case nonsense[] = {
    {"ASecondGreeting", [](auto& x) { x.hello(stranger::greeting()); }},
    {"AFrameOfNothing", [](auto& x) { x.send({}); }},
    {"AnEmptyPackedFrame", [](auto& x) { x.send_packed(""); }},
    {"GarbageInAPackedFrame",
     [](auto& x) { x.send_packed(std::string(4096, '\x9f')); }},
    {"HalfAFrame",
     [](auto& x) {
       std::string bytes;
       write_frame_header(bytes, {1, 0, 100});
       x.send_packed(bytes + "half");
     }},
    {"AnUnknownRecord",
     [](auto& x) {
       std::string bytes;
       write_frame_header(bytes, {1, 0, 4});
       x.send_packed(bytes + "\x7f\x7f\x7f\x7f");
     }},
    {"BytesThatBelongToNothing", [](auto& x) { x.send_records("bytes"); }},
    {"AChunkOfNoTransfer",
     [](auto& x) {
       x.send_records("chunk", chunk_record{1, 5});
     }},
    {"MoreOfAChunkThanWasAnnounced",
     [](auto& x) {
       x.send_records(
           "chunk", schema_record{0, "@str"},
           message_record{.to = 1, .transfer = 1, .block_bytes = 4, .head = ""},
           chunk_record{1, 5});
     }},
    {"AnUndefinedSchema",
     [](auto& x) { x.send_records("", message_record{.to = 1, .schema = 3}); }},
    {"ASchemaDefinedTwice",
     [](auto& x) {
       x.send_records("", schema_record{0, "@i32"}, schema_record{0, "@str"});
     }},
    {"ASchemaOfTooLargeANumber",
     [](auto& x) {
       x.send_records("", schema_record{1 << 20, "@i32"});
     }},
    {"AMessageOfAStream",
     [](auto& x) {
       x.send_records("", schema_record{0, "@i32"},
                      message_record{.to = 1,
                                     .message_id = uint64_t{2} << 60,
                                     .head = "1234"});
     }},
    {"ATransferStartedTwice",
     [](auto& x) {
       message_record start{.to = 1, .transfer = 1, .block_bytes = 5'000};
       x.send_records("", schema_record{0, "@str"}, start, start);
     }},
    {"TooManyTransfersAtOnce",
     [](auto& x) {
       x.send_records("", schema_record{0, "@str"});
       for (uint64_t i = 1; i <= 9; ++i)
         x.send_records(
             "", message_record{.to = 1, .transfer = i, .block_bytes = 5'000});
     }},
    {"GigabytesAnnounced",
     [](auto& x) {
       x.send_records("", schema_record{0, "@str"},
                      message_record{.to = 1,
                                     .transfer = 1,
                                     .block_bytes = uint64_t{1} << 40});
     }},
    {"MoreAnnouncedThanCanBeCounted",
     [](auto& x) {
       std::string head;
       byte_writer{head}.varint(uint64_t{1} << 40);
       x.send_records(
           "", schema_record{0, "@str"},
           message_record{.to = 1, .transfer = 1, .block_bytes = 5'000},
           message_record{.to = 1,
                          .transfer = 2,
                          .block_bytes = ~uint64_t{0} - 4'999,
                          .head = head});
     }},
    {"AMissingFrame",
     [](auto& x) {
       std::string bytes;
       write_frame_header(bytes, {5, 0, 0});
       x.send_packed(bytes);
     }},
    {"AnAcknowledgementOfWhatWasNotSent",
     [](auto& x) {
       std::string bytes;
       write_frame_header(bytes, {0, 1'000'000, 0});
       x.send_packed(bytes);
     }},
    {"TooLargeAFrame",
     [](auto& x) { x.send_packed(std::string(3 << 20, 'x')); }},
};

TEST_P(Nonsense, CutsThePeerOff) {
  stranger peer{server.address()};
  ASSERT_NE(peer.join(), 0u);
  GetParam().send(peer);
  EXPECT_TRUE(peer.cut_off());
  EXPECT_TRUE(
      server.saw({peer_change::up, peer_change::up, peer_change::lost}));
}

INSTANTIATE_TEST_SUITE_P(LinkStrangers, Nonsense, testing::ValuesIn(nonsense),
                         [](auto& x) { return x.param.name; });

// -- messages that cannot be taken --------------------------------------------

struct bad_message_case {
  std::string name;
  std::string schema;
  std::string head;
  uint64_t block_bytes;
  std::string error;
};

std::ostream& operator<<(std::ostream& out, const bad_message_case& x) {
  return out << x.name;
}

struct BadMessages : LinkStrangers,
                     testing::WithParamInterface<bad_message_case> {};

const bad_message_case bad_messages[] = {
    {"OfAnUnknownType", "nonsense", "", 0,
     "values of type nonsense may not travel between nodes; only registered "
     "types may"},
    {"OfATypeThatNests", "@message", std::string(16, '\0'), 0,
     "values of type @message may not travel between nodes; only registered "
     "types may"},
    {"ThatEndTooEarly", "@i32", "123", 0,
     "cannot decode @i32: the bytes are no such value"},
    {"ThatEndTooLate", "@i32", "12345", 0,
     "cannot decode @i32: bytes are left over"},
    {"ThatPromiseMoreThanComes", "@str", "\x80\x40", 5'000,
     "cannot decode @str: the bytes are no such value"},
    {"OfNoBlockAtAll", "@i32", "1234", 5'000,
     "cannot decode @i32: bytes are left over"},
    {"BeyondTheLimit", "@str", "", (16 << 20) + 1,
     "16777217 bytes, the limit is 16777216"},
};

TEST_P(BadMessages, AreAnsweredAndTheLinkLivesOn) {
  auto& x = GetParam();
  stranger peer{server.address()};
  auto doubler = peer.join();
  ASSERT_NE(doubler, 0u);
  message_record request{.to = doubler,
                         .from = {asker},
                         .message_id = a_request(),
                         .schema = 1,
                         .head = x.head};
  request.transfer = 1;
  request.block_bytes = x.block_bytes;
  peer.send_records("", schema_record{1, x.schema}, request);
  auto why = peer.read_error(asker);
  ASSERT_TRUE(why);
  EXPECT_EQ(describe(*why), x.error);
  // What follows is understood: there is nobody of that number.
  for (auto left = x.block_bytes; left > 0;) {
    auto size = std::min<uint64_t>(left, 100'000);
    peer.send_records(std::string(size, 'x'), chunk_record{1, size});
    left -= size;
  }
  request = {.to = 1'000'000,
             .from = {asker},
             .message_id = a_request(),
             .schema = 2,
             .head = "1234"};
  peer.send_records("", schema_record{2, "@i32"}, request);
  why = peer.read_error(asker);
  ASSERT_TRUE(why);
  EXPECT_EQ(*why, caf::sec::request_receiver_down);
  EXPECT_TRUE(server.saw({peer_change::up, peer_change::up}));
}

INSTANTIATE_TEST_SUITE_P(LinkStrangers, BadMessages,
                         testing::ValuesIn(bad_messages),
                         [](auto& x) { return x.param.name; });

} // namespace

TEST_F(LinkStrangers, RepliesNobodyAskedForAreDropped) {
  stranger peer{server.address()};
  auto doubler = peer.join();
  ASSERT_NE(doubler, 0u);
  auto reply = caf::message_id{a_request()}.response_id().integer_value();
  peer.send_records("", schema_record{1, "@i32"},
                    message_record{.to = doubler,
                                   .from = {asker},
                                   .message_id = reply,
                                   .schema = 1,
                                   .head = "1234"});
  // Had the doubler taken it for a question, it would answer.
  peer.send_records("", message_record{.to = 1'000'000,
                                       .from = {asker},
                                       .message_id = a_request(),
                                       .schema = 1,
                                       .head = "1234"});
  auto why = peer.read_error(asker);
  ASSERT_TRUE(why);
  EXPECT_EQ(*why, caf::sec::request_receiver_down);
}

TEST_F(LinkStrangers, AMessageWithoutBlocksIsLimitedAsWell) {
  auto options = link_options();
  options.max_message_bytes = 1'000;
  link_end strict{"strict", options};
  stranger peer{strict.address()};
  auto doubler = peer.join();
  ASSERT_NE(doubler, 0u);
  std::string head;
  byte_writer{head}.text(std::string(1'000, 'x'));
  peer.send_records("", schema_record{1, "@str"},
                    message_record{.to = doubler,
                                   .from = {asker},
                                   .message_id = a_request(),
                                   .schema = 1,
                                   .head = head});
  auto why = peer.read_error(asker);
  ASSERT_TRUE(why);
  EXPECT_EQ(describe(*why), "1002 bytes, the limit is 1000");
}

TEST_F(LinkStrangers, AMessageThatNestsTooDeeplyIsRefusedInOneLine) {
  testing::internal::CaptureStderr();
  // An error whose context is a message of one error, and so on.
  std::string nested;
  byte_writer out{nested};
  for (int i = 0; i < 100'000; ++i) {
    out.raw(uint8_t{1});
    out.raw(caf::atom("troupe"));
    out.raw(uint16_t{0});
    out.text("@<>+@error");
  }
  std::string head;
  byte_writer{head}.varint(nested.size());
  stranger peer{server.address()};
  auto doubler = peer.join("deep");
  ASSERT_NE(doubler, 0u);
  peer.send_records("", schema_record{1, "troupe::dead_letter"},
                    message_record{.to = doubler,
                                   .from = {asker},
                                   .message_id = a_request(),
                                   .schema = 1,
                                   .transfer = 1,
                                   .block_bytes = nested.size(),
                                   .head = head});
  for (size_t i = 0; i < nested.size(); i += 100'000) {
    auto piece = nested.substr(i, 100'000);
    peer.send_records(piece, chunk_record{1, piece.size()});
  }
  auto why = peer.read_error(asker);
  ASSERT_TRUE(why);
  EXPECT_EQ(*why, errc::bad_payload);
  EXPECT_TRUE(peer.sync());
  auto lines = testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines, "troupe.link: refused a message of node deep: "
                       + describe(*why) + "\n");
}

TEST_F(LinkStrangers, WhoDoesNotGreetIsCutOff) {
  auto options = link_options();
  options.handshake_timeout = std::chrono::milliseconds{200};
  link_end hasty{"hasty", options};
  stranger peer{hasty.address()};
  EXPECT_TRUE(peer.cut_off());
  EXPECT_TRUE(hasty.how().empty());
}

TEST_F(LinkStrangers, WhoBeginsWithSomethingElseIsCutOff) {
  stranger peer{server.address()};
  peer.send_packed("hello");
  EXPECT_TRUE(peer.cut_off());
}

TEST_F(LinkStrangers, WhoDoesNotGreetDoesNotHoldUpTheEnd) {
  auto options = link_options();
  options.handshake_timeout = std::chrono::hours{1};
  link_end patient{"patient", options};
  stranger silent{patient.address()};
  // Who comes later is welcome: the first one is being waited for.
  stranger peer{patient.address()};
  ASSERT_NE(peer.join(), 0u);
  patient.ends->close(std::chrono::minutes{1});
  EXPECT_TRUE(silent.cut_off());
}

TEST_F(LinkStrangers, ARefusalIsALineOfTheLog) {
  testing::internal::CaptureStderr();
  auto hello = stranger::greeting("x");
  hello.set_protocol(99);
  stranger peer{server.address()};
  peer.hello(hello);
  EXPECT_TRUE(peer.cut_off());
  stranger rude{server.address()};
  EXPECT_NE(rude.join("rude"), 0u);
  rude.send_packed("nonsense");
  EXPECT_TRUE(rude.cut_off());
  auto lines = testing::internal::GetCapturedStderr();
  EXPECT_NE(lines.find("troupe.link: refused node x: node x speaks protocol "
                       "version 99, node server version 2\n"),
            std::string::npos)
      << lines;
  EXPECT_NE(lines.find("troupe.link: the link to node rude is lost: "),
            std::string::npos)
      << lines;
}

} // namespace troupe
