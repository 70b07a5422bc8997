// SPDX-License-Identifier: Apache-2.0

#include "link/codec.hpp"

#include <cstdint>
#include <cstring>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/config_value.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/proxy_registry.hpp"
#include "caf/sec.hpp"
#include "caf/send.hpp"
#include "caf/variant.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"

namespace troupe {

namespace {

struct no_proxies : caf::proxy_registry::backend {
  caf::strong_actor_ptr make_proxy(caf::node_id, caf::actor_id) override {
    return nullptr;
  }

  void set_last_hop(caf::node_id*) override {
    // nop
  }
};

/// Gives all actors the same ticket, and refuses any other one.
struct one_ticket : ticket_book {
  uint64_t ticket_of(const caf::node_id&, caf::actor_id) override {
    return ticket;
  }

  handle_kind learn(const caf::node_id& node, caf::actor_id id,
                    uint64_t x) override {
    seen.emplace_back(node, id);
    return x == 4711 ? handle_kind::usable : handle_kind::forged;
  }

  uint64_t ticket = 4711;
  std::vector<std::pair<caf::node_id, caf::actor_id>> seen;
};

struct unregistered {
  int x = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, unregistered& x) {
  return f(x.x);
}

/// Of a type that is not known to the codec.
struct sample {
  std::string name;
  std::vector<double> values;
  std::vector<bool> flags;
  caf::error why;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, sample& x) {
  return f(x.name, x.values, x.flags, x.why);
}

/// Of a type that CAF tells by an index.
struct choice {
  caf::variant<int32_t, std::string> value;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, choice& x) {
  return f(x.value);
}

/// All bytes of the blocks, one after another.
std::string joined(const std::vector<slice>& xs) {
  std::string result;
  for (auto& x : xs)
    result.append(x.data, x.size);
  return result;
}

struct Codec : testing::Test {
  Codec() {
    cfg.add_message_type<choice>("choice");
    cfg.add_message_type<sample>("sample");
    cfg.add_message_type<std::vector<caf::actor>>("vector<actor>");
    cfg.add_message_type<std::vector<double>>("vector<double>");
    cfg.add_message_type<std::vector<uint16_t>>("vector<uint16>");
  }

  caf::expected<caf::message> round_trip(const caf::message& msg) {
    packed_message packed;
    if (auto err = pack(system(), tickets, book(), msg, packed))
      return err;
    return receive(packed.types->names, packed.head, joined(packed.blocks));
  }

  caf::expected<caf::message> receive(std::string_view names,
                                      std::string_view head,
                                      std::string_view blocks = {}) {
    types = book().parse(0, names);
    if (!types)
      return types.error();
    if (blocks.empty())
      return unpack(system(), tickets, registry(), *types, head);
    incoming_message result{system(), tickets, registry(), *types};
    if (auto err = result.begin(head, blocks.size()))
      return err;
    for (auto& gap : result.gaps()) {
      std::memcpy(gap.data, blocks.data(), gap.size);
      blocks.remove_prefix(gap.size);
    }
    return result.finish();
  }

  // Made late, so that a test can add types before.
  caf::actor_system& system() {
    if (!system_)
      system_ = std::make_unique<caf::actor_system>(cfg);
    return *system_;
  }

  schema_book& book() {
    if (!book_)
      book_ = std::make_unique<schema_book>(system());
    return *book_;
  }

  caf::proxy_registry& registry() {
    if (!registry_)
      registry_ = std::make_unique<caf::proxy_registry>(system(), backend);
    return *registry_;
  }

  config cfg;
  one_ticket tickets;
  no_proxies backend;
  caf::expected<schema> types{caf::sec::none};
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<caf::proxy_registry> registry_;
  std::unique_ptr<schema_book> book_;
};

} // namespace
} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::unregistered)

namespace troupe {

TEST_F(Codec, MessagesComeOutAsTheyWentIn) {
  std::vector<double> many(10'000);
  std::iota(many.begin(), many.end(), 0.5);
  caf::message messages[] = {
      caf::make_message(),
      caf::make_message(int32_t{-1}),
      caf::make_message(caf::unit),
      caf::make_message(int32_t{-1}, uint64_t{1} << 63, true, 0.1),
      caf::make_message(std::string{"a+b\0c", 5}, caf::atom("x")),
      caf::make_message(std::vector<std::string>{"", "y"}),
      caf::make_message(std::map<std::string, std::string>{{"k", "v"}}),
      caf::make_message(std::vector<uint16_t>{1, 2, 3}),
      caf::make_message(std::vector<double>{}, std::vector<double>{0.25}),
      caf::make_message(many),
      caf::make_message(1, many, std::string(5'000, 'x'), 2),
      caf::make_message(std::vector<std::string>(1'000, "twelve bytes")),
      caf::make_message(sample{"s", {1.5, 2.5}, {true, false, true}, {}}),
      caf::make_message(sample{"large", many, std::vector<bool>(999, true), {}},
                        3),
  };
  for (auto& msg : messages) {
    auto result = round_trip(msg);
    ASSERT_TRUE(result) << describe(result.error());
    EXPECT_EQ(to_string(*result), to_string(msg));
  }
}

TEST_F(Codec, LargeElementsStayWhereTheyAre) {
  std::vector<double> many(10'000);
  auto msg = caf::make_message(many, std::string(min_block_bytes - 1, 'x'),
                               std::string(min_block_bytes, 'x'));
  packed_message packed;
  ASSERT_FALSE(pack(system(), tickets, book(), msg, packed));
  ASSERT_EQ(packed.blocks.size(), 2u);
  EXPECT_EQ(static_cast<const void*>(packed.blocks[0].data),
            msg.get_as<std::vector<double>>(0).data());
  EXPECT_EQ(packed.blocks[0].size, 80'000u);
  EXPECT_EQ(packed.blocks[1].size, min_block_bytes);
}

TEST_F(Codec, MessagesOfTheSameTypesHaveTheSameSchema) {
  packed_message a;
  packed_message b;
  packed_message c;
  ASSERT_FALSE(pack(system(), tickets, book(), caf::make_message(1, 2.0), a));
  ASSERT_FALSE(pack(system(), tickets, book(), caf::make_message(3, 4.0), b));
  ASSERT_FALSE(pack(system(), tickets, book(), caf::make_message(2.0, 1), c));
  EXPECT_EQ(a.types, b.types);
  EXPECT_NE(a.types->number, c.types->number);
  EXPECT_EQ(c.types->names, "double+@i32");
}

TEST_F(Codec, ErrorsKeepCodeCategoryAndText) {
  auto result = round_trip(caf::make_message(
      make_error(errc::queue_full, "4 tasks wait, limit 4"),
      caf::make_error(caf::sec::request_timeout), caf::error{}));
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->get_as<caf::error>(0).code(),
            static_cast<uint8_t>(errc::queue_full));
  EXPECT_EQ(describe(result->get_as<caf::error>(0)), "4 tasks wait, limit 4");
  EXPECT_EQ(result->get_as<caf::error>(1), caf::sec::request_timeout);
  EXPECT_FALSE(result->get_as<caf::error>(2));
}

TEST_F(Codec, TypesThatNestWithoutLimitDoNotTravel) {
  caf::message messages[] = {
      caf::make_message(1, caf::config_value{1}),
      caf::make_message(unregistered{}),
  };
  packed_message packed;
  for (auto& msg : messages)
    EXPECT_EQ(pack(system(), tickets, book(), msg, packed),
              errc::type_not_allowed);
  for (auto name :
       {"@message", "@config_value", "@down", "nonsense", "+", ""}) {
    auto names = std::string{"@i32+"} + name + "+@i32";
    auto received = receive(names, std::string(64, '\0'));
    ASSERT_FALSE(received) << names;
    EXPECT_EQ(received.error(), errc::type_not_allowed);
  }
  for (auto names : {"+", "@i32+", "+@i32"})
    EXPECT_FALSE(receive(names, std::string(8, '\0'))) << names;
}

TEST_F(Codec, WhatNestsInsideAnotherTypeIsLimited) {
  // An error whose context is a message of one error, and so on.
  std::string bytes = "\x01s\0\0";
  bytes.resize(4);
  for (int i = 0; i < 100'000; ++i) {
    byte_writer to{bytes};
    to.raw(uint8_t{1});
    to.raw(caf::atom("troupe"));
    to.raw(uint16_t{0});
    to.text("@<>+@error");
  }
  std::string head;
  byte_writer to{head};
  to.varint(bytes.size());
  auto received = receive("sample", head, bytes);
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error(), errc::bad_payload);
}

TEST_F(Codec, HandlesGoWithTheirTickets) {
  auto x = system().spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](int y) { return y; }};
  });
  auto msg = caf::make_message(x, std::vector<caf::actor>{x, x});
  auto received = round_trip(msg);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->get_as<caf::actor>(0), x);
  ASSERT_EQ(tickets.seen.size(), 3u);
  EXPECT_EQ(tickets.seen[2], (std::pair{system().node(), x.id()}));
  tickets.ticket = 1;
  received = round_trip(msg);
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error(), errc::bad_payload);
  caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
}

TEST_F(Codec, PayloadsOfTheWrongLengthAreRefused) {
  packed_message packed;
  auto msg = caf::make_message(std::string{"abc"}, 1, sample{"s", {}, {}, {}});
  ASSERT_FALSE(pack(system(), tickets, book(), msg, packed));
  auto& names = packed.types->names;
  for (size_t size = 0; size < packed.head.size(); ++size) {
    auto received = receive(names, packed.head.substr(0, size));
    ASSERT_FALSE(received) << size;
    EXPECT_EQ(received.error(), errc::bad_payload);
  }
  EXPECT_FALSE(receive(names, packed.head + '\0'));
}

TEST_F(Codec, AVariantOfAnUnknownIndexDoesNoHarm) {
  auto msg = caf::make_message(choice{std::string{"abc"}});
  auto received = round_trip(msg);
  ASSERT_TRUE(received);
  EXPECT_EQ(caf::get<std::string>(received->get_as<choice>(0).value), "abc");
  packed_message packed;
  ASSERT_FALSE(pack(system(), tickets, book(), msg, packed));
  // Its size, the index, the text.
  auto receive_as = [&](int index) {
    auto head = packed.head;
    head[1] = static_cast<char>(index);
    return receive("choice", head);
  };
  ASSERT_EQ(packed.head[1], 1);
  // CAF knows 30 alternatives, and takes those that the type does not have for
  // one that it has.
  for (int index : {2, 29})
    static_cast<void>(receive_as(index));
  for (int index : {30, 255}) {
    received = receive_as(index);
    ASSERT_FALSE(received) << index;
    EXPECT_EQ(received.error(), errc::bad_payload) << index;
  }
}

TEST_F(Codec, SizesAreBelievedOnlyAsFarAsThereAreBytes) {
  std::string gigabytes;
  byte_writer{gigabytes}.varint(uint64_t{1} << 40);
  std::string block;
  byte_writer{block}.varint(min_block_bytes);
  for (auto names : {"@str", "vector<double>", "@strvec", "sample", "@strmap"})
    for (auto& head : {gigabytes, block})
      for (size_t blocks : {0, 1, 4095, 4097}) {
        auto received = receive(names, head, std::string(blocks, 'x'));
        ASSERT_FALSE(received) << names << ", " << blocks;
        EXPECT_EQ(received.error(), errc::bad_payload);
      }
  // Not a multiple of the element's size.
  std::string odd;
  byte_writer{odd}.text("1234567");
  EXPECT_FALSE(receive("vector<double>", odd));
}

TEST_F(Codec, RandomPayloadsNeverCrash) {
  auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random{seed};
  const char* schemas[] = {"@str+@i32", "@strvec", "@error", "@atom+bool",
                           "@actor",    "@strmap", "sample", "vector<double>"};
  for (int i = 0; i < 20'000; ++i) {
    std::string head(random() % 40, '\0');
    for (auto& byte : head)
      byte = static_cast<char>(random() % 4 == 0 ? random() : random() & 7);
    auto received = receive(schemas[random() % 8], head);
    if (!received) {
      EXPECT_EQ(received.error().category(), errc_category);
    }
  }
}

TEST_F(Codec, MessagesOfTooManyElementsAreRefused) {
  std::string names = "@i32";
  for (int i = 0; i < 64; ++i)
    names += "+@i32";
  auto received = receive(names, std::string(4 * 65, '\0'));
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error(), errc::type_not_allowed);
}

} // namespace troupe
