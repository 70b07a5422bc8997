// SPDX-License-Identifier: Apache-2.0

#include "base/node_name.hpp"
#include "link/identity.hpp"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"

namespace troupe {

namespace {

caf::node_id id_of(uint32_t pid) {
  caf::node_id::default_data::host_id_type host;
  host.fill(7);
  return caf::make_node_id(pid, host);
}

identity node_named(const std::string& name, uint32_t pid) {
  return {.name = name,
          .id = id_of(pid),
          .workers = 2,
          .max_message_bytes = 1024,
          .type_table = 99,
          .services = {{"directory", 5}},
          .address = "127.0.0.1:4000",
          .roles = {"crunch", "store"}};
}

} // namespace

TEST(Identity, NodeIdSurvivesTheWire) {
  auto id = id_of(0xfedcba98);
  EXPECT_EQ(node_bytes(id).size(), 24u);
  EXPECT_EQ(parse_node_bytes(node_bytes(id)), id);
  EXPECT_FALSE(parse_node_bytes("short"));
  EXPECT_EQ(node_bytes(caf::node_id{}), "");
}

TEST(Identity, GreetingKeepsEveryField) {
  auto x = node_named("a", 1);
  identity y;
  ASSERT_FALSE(from_greeting(to_greeting(x), y));
  EXPECT_EQ(y.name, x.name);
  EXPECT_EQ(y.id, x.id);
  EXPECT_EQ(y.workers, x.workers);
  EXPECT_EQ(y.max_message_bytes, x.max_message_bytes);
  EXPECT_EQ(y.type_table, x.type_table);
  EXPECT_EQ(y.protocol, x.protocol);
  EXPECT_EQ(y.services, x.services);
  EXPECT_EQ(y.address, x.address);
  EXPECT_EQ(y.roles, x.roles);
}

TEST(Identity, MalformedGreetingsAreRefused) {
  using change = std::function<void(wire::Greeting&)>;
  change changes[] = {
      [](wire::Greeting& x) { x.clear_name(); },
      [](wire::Greeting& x) { x.set_name(std::string(65, 'n')); },
      [](wire::Greeting& x) { x.clear_node(); },
      [](wire::Greeting& x) { x.set_address(std::string(301, 'a')); },
      [](wire::Greeting& x) { x.add_roles(""); },
      [](wire::Greeting& x) { x.add_roles(std::string(65, 'r')); },
      [](wire::Greeting& x) {
        for (int i = 0; i < 65; ++i)
          x.add_roles("r");
      },
      [](wire::Greeting& x) { x.set_node(std::string(25, 'n')); },
  };
  for (auto& apply : changes) {
    auto greeting = to_greeting(node_named("a", 1));
    apply(greeting);
    identity result;
    EXPECT_EQ(from_greeting(greeting, result), errc::not_a_troupe_peer)
        << greeting.ShortDebugString();
  }
}

struct mismatch {
  const char* what;
  std::function<void(identity&)> apply;
  errc expected;
};

class Compatible : public testing::TestWithParam<mismatch> {};

TEST_P(Compatible, EachMismatchHasItsOwnError) {
  auto peer = node_named("b", 2);
  ASSERT_FALSE(compatible(node_named("a", 1), peer));
  GetParam().apply(peer);
  EXPECT_EQ(compatible(node_named("a", 1), peer).code(),
            static_cast<uint8_t>(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Identity, Compatible,
    testing::Values(mismatch{"Protocol", [](identity& x) { ++x.protocol; },
                             errc::version_mismatch},
                    mismatch{"TypeTable", [](identity& x) { ++x.type_table; },
                             errc::type_table_mismatch},
                    mismatch{"Name", [](identity& x) { x.name = "a"; },
                             errc::duplicate_node},
                    mismatch{"Id", [](identity& x) { x.id = id_of(1); },
                             errc::duplicate_node}),
    [](auto& x) { return x.param.what; });

TEST(Identity, AToolWithoutWorkersMayHaveOtherMessageTypes) {
  auto own = node_named("a", 1);
  auto tool = node_named("b", 2);
  ++tool.type_table;
  tool.workers = 0;
  EXPECT_EQ(compatible(own, tool), errc::type_table_mismatch);
  tool.roles = {std::string{tool_role}};
  EXPECT_FALSE(compatible(own, tool));
  EXPECT_FALSE(compatible(tool, own));
  tool.workers = 1;
  EXPECT_EQ(compatible(own, tool), errc::type_table_mismatch);
  tool.workers = 0;
  tool.roles = {"crunch", std::string{tool_role}};
  EXPECT_EQ(compatible(own, tool), errc::type_table_mismatch);
}

TEST(Identity, TypeTableHashDependsOnTheRegisteredNamesOnly) {
  config a;
  config b;
  EXPECT_EQ(type_table_hash(a), type_table_hash(b));
  b.add_message_type<std::vector<double>>("vector<double>");
  EXPECT_NE(type_table_hash(a), type_table_hash(b));
}

} // namespace troupe
