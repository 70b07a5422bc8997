// SPDX-License-Identifier: Apache-2.0

#include "link/buffer_codec.hpp"

#include <cstring>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/proxy_registry.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"
#include "troupe/config.hpp"

#include "link/codec.hpp"

namespace troupe {

namespace {

struct no_handles : caf::proxy_registry::backend {
  caf::strong_actor_ptr make_proxy(caf::node_id, caf::actor_id) override {
    return nullptr;
  }

  void set_last_hop(caf::node_id*) override {
    // nop
  }
};

struct no_tickets : ticket_book {
  uint64_t ticket_of(const caf::node_id&, caf::actor_id) override {
    return 0;
  }

  handle_kind learn(const caf::node_id&, caf::actor_id, uint64_t) override {
    return handle_kind::forged;
  }
};

struct BufferCodec : testing::Test {
  owned_buffer<double> count_to(size_t size) {
    auto result = make_buffer<double>(sys, size);
    EXPECT_TRUE(result);
    auto xs = result->span();
    std::iota(xs.begin(), xs.end(), 0.);
    return std::move(*result);
  }

  caf::expected<caf::message> receive(std::string_view names,
                                      std::string_view head,
                                      const std::vector<slice>& blocks = {}) {
    auto types = book.parse(0, names);
    EXPECT_TRUE(types);
    uint64_t bytes = 0;
    for (auto& x : blocks)
      bytes += x.size;
    incoming_message result{sys, tickets, registry, *types};
    if (auto err = result.begin(head, bytes))
      return err;
    for (size_t i = 0; i < blocks.size(); ++i) {
      EXPECT_EQ(result.gaps()[i].size, blocks[i].size);
      std::memcpy(result.gaps()[i].data, blocks[i].data, blocks[i].size);
    }
    return result.finish();
  }

  caf::expected<caf::message> round_trip(const caf::message& msg) {
    packed_message packed;
    if (auto err = pack(sys, tickets, book, msg, packed))
      return err;
    return receive(packed.types->names, packed.head, packed.blocks);
  }

  config cfg;
  caf::actor_system sys{cfg};
  no_tickets tickets;
  no_handles backend;
  caf::proxy_registry registry{sys, backend};
  schema_book book{sys};
};

} // namespace

TEST_F(BufferCodec, BuffersComeOutAsTheyWentIn) {
  for (size_t size : {0u, 1u, 511u, 512u, 1'000'000u}) {
    SCOPED_TRACE(size);
    auto frozen = count_to(size).freeze();
    auto result =
        round_trip(caf::make_message(1, frozen, count_to(size), size));
    ASSERT_TRUE(result) << describe(result.error());
    auto& x = result->get_as<frozen_buffer<double>>(1);
    EXPECT_EQ(x.size(), size);
    EXPECT_TRUE(std::equal(x.span().begin(), x.span().end(),
                           frozen.span().begin(), frozen.span().end()));
    auto ys = result->get_mutable_as<owned_buffer<double>>(2).span();
    EXPECT_TRUE(std::equal(ys.begin(), ys.end(), frozen.span().begin(),
                           frozen.span().end()));
  }
}

TEST_F(BufferCodec, ThoseWithoutMemoryStayWithoutIt) {
  auto result = round_trip(
      caf::make_message(owned_buffer<std::byte>{}, frozen_buffer<std::byte>{}));
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_FALSE(result->get_as<owned_buffer<std::byte>>(0));
  EXPECT_FALSE(result->get_as<frozen_buffer<std::byte>>(1));
}

TEST_F(BufferCodec, AnOwnedOneIsTakenOutOfTheMessageAndSentFromWhereItIs) {
  auto buffer = count_to(1'000);
  auto address = buffer.data();
  auto msg = caf::make_message(std::move(buffer));
  auto used = cfg.buffers().stats().used_bytes;
  packed_message packed;
  ASSERT_FALSE(pack(sys, tickets, book, msg, packed));
  EXPECT_FALSE(msg.get_as<owned_buffer<double>>(0));
  ASSERT_EQ(packed.blocks.size(), 1u);
  EXPECT_EQ(static_cast<const void*>(packed.blocks[0].data), address);
  EXPECT_EQ(cfg.buffers().stats().used_bytes, used);
  packed.blocks.clear();
  EXPECT_EQ(cfg.buffers().stats().used_bytes, 0u);
}

TEST_F(BufferCodec, SizesAreBelievedOnlyAsFarAsThereAreBytes) {
  for (auto name :
       {"troupe::frozen_buffer<double>", "troupe::owned_buffer<double>"}) {
    for (uint64_t size : {uint64_t{1} << 40, uint64_t{8}, uint64_t{7}}) {
      std::string head;
      byte_writer to{head};
      to.raw(uint8_t{1});
      to.varint(size);
      to.bytes("1234567", size == 7 ? 7 : 4);
      auto received = receive(name, head);
      ASSERT_FALSE(received) << size;
      EXPECT_EQ(received.error(), errc::bad_payload);
    }
    for (uint8_t kind = 2; kind < 10; ++kind) {
      std::string head;
      byte_writer{head}.raw(kind);
      EXPECT_FALSE(receive(name, head)) << int{kind};
    }
  }
  EXPECT_EQ(cfg.buffers().stats().used_bytes, 0u);
}

} // namespace troupe
