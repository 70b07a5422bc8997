// SPDX-License-Identifier: Apache-2.0

#include "troupe/remote/authority.hpp"

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/remote/node.hpp"

#include "support/eventually.hpp"
#include "system/etcd/etcd_server.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;
using test::etcd_server;
using test::eventually;

constexpr auto patience = 30s;

/// A node that knows of others only from etcd.
struct member {
  member(const std::string& name, const etcd_server& etcd,
         caf::timespan lease) {
    config.threads(2);
    system.emplace(config);
    me.emplace(*system);
    node_options options;
    options.name = name;
    options.listen = "127.0.0.1:0";
    options.etcd.endpoints = {etcd.address()};
    options.etcd.lease = lease;
    auto x = troupe::node::open(*system, std::move(options));
    if (x)
      node.emplace(std::move(*x));
    else
      ADD_FAILURE() << describe(x.error());
  }

  size_t peers() {
    size_t result = 0;
    (*me)
        ->request(node->membership(), patience, members_atom_v)
        .receive([&](const std::vector<node_event>& xs) { result = xs.size(); },
                 [](const caf::error& e) { FAIL() << describe(e); });
    return result;
  }

  /// Claims a name and waits for it.
  uint64_t claim(const std::string& name) {
    uint64_t result = 0;
    (*me)
        ->request(node->authority(), patience, claim_atom_v, name,
                  caf::actor{*me})
        .receive([&](uint64_t token) { result = token; },
                 [](const caf::error& e) { FAIL() << describe(e); });
    return result;
  }

  void withdraw(const std::string& name) {
    (*me)
        ->request(node->authority(), patience, withdraw_atom_v, name)
        .receive([] {}, [](const caf::error& e) { FAIL() << describe(e); });
  }

  std::pair<std::string, uint64_t> holder(const std::string& name) {
    std::pair<std::string, uint64_t> result;
    (*me)
        ->request(node->authority(), patience, lookup_atom_v, name)
        .receive(
            [&](const std::string& node_name, uint64_t token) {
              result = {node_name, token};
            },
            [&](const caf::error& e) { result.first = describe(e); });
    return result;
  }

  /// Waits until it is told that it may have lost a name.
  bool is_told_of_loss(const std::string& name) {
    auto result = false;
    (*me)->receive(
        [&](withdraw_atom, const std::string& x) { result = x == name; },
        caf::after(patience) >> [] {});
    return result;
  }

  troupe::config config;
  std::optional<caf::actor_system> system;
  std::optional<caf::scoped_actor> me;
  std::optional<troupe::node> node;
};

struct EtcdAuthority : testing::Test {
  void SetUp() override {
    if (auto reason = etcd_server::unavailable())
      GTEST_SKIP() << *reason;
    etcd.emplace();
  }

  std::unique_ptr<member> start(const std::string& name,
                                caf::timespan lease = 2s) {
    return std::make_unique<member>(name, *etcd, lease);
  }

  std::optional<etcd_server> etcd;
};

} // namespace

TEST_F(EtcdAuthority, NodesFindEachOtherAsTheyCome) {
  auto a = start("a");
  auto b = start("b");
  EXPECT_TRUE(eventually(patience, [&] { return a->peers() == 1; }));
  auto c = start("c");
  for (auto x : {&a, &b, &c})
    EXPECT_TRUE(eventually(patience, [&] { return (*x)->peers() == 2; }));
}

TEST_F(EtcdAuthority, RunningNodesGoOnWithoutItAndNewOnesWait) {
  auto a = start("a");
  auto b = start("b");
  ASSERT_TRUE(eventually(patience, [&] { return b->peers() == 1; }));
  etcd->kill();
  auto c = start("c");
  EXPECT_EQ(a->peers(), 1u);
  EXPECT_EQ(c->peers(), 0u);
  etcd->start();
  EXPECT_TRUE(eventually(patience, [&] { return c->peers() == 2; }));
  EXPECT_EQ(b->peers(), 2u);
}

TEST_F(EtcdAuthority, ANameHasOneHolderAndGrowingTokens) {
  auto a = start("a");
  auto b = start("b");
  auto first = a->claim("leader");
  EXPECT_GT(first, 0u);
  EXPECT_EQ(a->claim("leader"), first) << "it holds the name already";
  caf::scoped_actor other{(*a->me)->home_system()};
  other
      ->request(a->node->authority(), patience, claim_atom_v,
                std::string{"leader"}, caf::actor{other})
      .receive([](uint64_t) { ADD_FAILURE() << "the name has an owner"; },
               [](const caf::error& e) { EXPECT_EQ(e, errc::name_taken); });
  EXPECT_EQ(b->holder("leader"), std::pair(std::string{"a"}, first));
  EXPECT_EQ(b->holder("other").first, "nobody holds other");
  auto pending = (*b->me)->request(b->node->authority(), patience, claim_atom_v,
                                   std::string{"leader"}, caf::actor{*b->me});
  a->withdraw("leader");
  uint64_t second = 0;
  pending.receive([&](uint64_t token) { second = token; },
                  [](const caf::error& e) { FAIL() << describe(e); });
  EXPECT_GT(second, first);
  EXPECT_EQ(a->holder("leader"), std::pair(std::string{"b"}, second));
}

TEST_F(EtcdAuthority, TheNamesOfANodeThatLeavesAreFree) {
  auto a = start("a");
  auto b = start("b");
  auto first = a->claim("leader");
  a.reset();
  EXPECT_GT(b->claim("leader"), first);
}

TEST_F(EtcdAuthority, AHolderThatCannotRenewIsTold) {
  auto a = start("a");
  auto first = a->claim("leader");
  etcd->program().signal(SIGSTOP);
  EXPECT_TRUE(a->is_told_of_loss("leader"));
  etcd->program().signal(SIGCONT);
  EXPECT_GE(a->claim("leader"), first);
}

TEST_F(EtcdAuthority, ANameSurvivesAShortAbsenceOfIt) {
  auto a = start("a", 60s);
  auto token = a->claim("leader");
  etcd->kill();
  etcd->start();
  // It is still that of the first claim.
  EXPECT_EQ(a->claim("leader"), token);
  EXPECT_EQ(a->holder("leader"), std::pair(std::string{"a"}, token));
}

} // namespace troupe
