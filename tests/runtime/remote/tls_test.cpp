// SPDX-License-Identifier: Apache-2.0

// Two nodes that must prove who they are, in one process, over loopback.

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/remote/node.hpp"

#include "support/authority.hpp"
#include "support/eventually.hpp"
#include "support/raw_socket.hpp"
#include "support/start_on.hpp"
#include "support/temp_dir.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

caf::behavior twice(caf::event_based_actor*) {
  return {[](int x) { return 2 * x; }};
}

/// A process of its own, as far as troupe is concerned.
struct host {
  explicit host(node_options x) {
    cfg.add_actor_type("twice", twice);
    auto opened = node::open(sys, std::move(x));
    if (opened)
      node.emplace(std::move(*opened));
    else
      problem = opened.error();
  }

  std::string address() const {
    return "127.0.0.1:" + std::to_string(node->port());
  }

  /// Starts "twice" on another node and asks it for twice 21.
  caf::expected<int> ask(const std::string& where) {
    caf::expected<int> result{caf::sec::request_timeout};
    auto worker = test::start_on(self, node->on(where, "twice"), 10s);
    if (!worker)
      return std::move(worker.error());
    self->request(*worker, 10s, 21)
        .receive([&](int x) { result = x; },
                 [&](const caf::error& why) { result = why; });
    return result;
  }

  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  std::optional<troupe::node> node;
  caf::error problem;
};

node_options options(const std::string& name,
                     const std::optional<tls_files>& files) {
  node_options result;
  result.name = name;
  result.connect_timeout = 2s;
  if (files) {
    result.security = link_security::tls;
    result.tls = files;
  }
  return result;
}

struct Tls : testing::Test {
  std::unique_ptr<host> serve(node_options x) {
    x.listen = "127.0.0.1:0";
    auto result = std::make_unique<host>(std::move(x));
    EXPECT_TRUE(result->node) << describe(result->problem);
    return result;
  }

  std::unique_ptr<host> join(const host& server, node_options x) {
    x.join = {server.address()};
    return std::make_unique<host>(std::move(x));
  }

  void expect_no_trust(const host& x, const std::string& why) {
    EXPECT_FALSE(x.node);
    EXPECT_EQ(x.problem, errc::peer_not_trusted);
    EXPECT_NE(describe(x.problem).find(why), std::string::npos)
        << describe(x.problem);
  }

  test::temp_dir dir;
  test::authority ours{dir};
  test::authority theirs{dir, "other"};
};

TEST_F(Tls, NodesOfOneAuthorityWorkTogether) {
  auto opts = options("left", ours.issue("left"));
  opts.may_start.emplace({start_permission{"right", "twice"}});
  auto left = serve(opts);
  auto right = join(*left, options("right", ours.issue("right")));
  ASSERT_TRUE(right->node) << describe(right->problem);
  auto answer = right->ask("left");
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(*answer, 42);
}

TEST_F(Tls, NothingIsStartedForAPeerThatIsNotPermittedTo) {
  auto opts = options("left", ours.issue("left"));
  opts.may_start.emplace(
      {start_permission{"right", "other"}, start_permission{"up", "twice"}});
  auto left = serve(opts);
  auto right = join(*left, options("right", ours.issue("right")));
  ASSERT_TRUE(right->node) << describe(right->problem);
  auto answer = right->ask("left");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), errc::start_not_allowed);
  EXPECT_EQ(describe(answer.error()), "node right may not start twice on left");
}

TEST_F(Tls, APeerOfAnotherAuthorityIsNotLetIn) {
  auto left = serve(options("left", ours.issue("left")));
  expect_no_trust(*join(*left, options("right", theirs.issue("right"))),
                  "certificate");
}

TEST_F(Tls, APeerWithoutCertificateIsNotLetIn) {
  auto left = serve(options("left", ours.issue("left")));
  auto right = join(*left, options("right", std::nullopt));
  EXPECT_FALSE(right->node);
  EXPECT_TRUE(right->problem);
}

TEST_F(Tls, AServerWithoutTlsIsNotJoined) {
  auto left = serve(options("left", std::nullopt));
  expect_no_trust(*join(*left, options("right", ours.issue("right"))), "TLS");
}

TEST_F(Tls, WhatIsNoTlsIsCutOffAndPeersAreStillServed) {
  auto opts = options("left", ours.issue("left"));
  opts.connect_timeout = 1s;
  auto left = serve(opts);
  // The beginning of a handshake, and then no more.
  test::raw_socket slow{left->node->port()};
  test::raw_socket silent{left->node->port()};
  test::raw_socket garbage{left->node->port()};
  ASSERT_TRUE(slow.ok() && silent.ok() && garbage.ok());
  ASSERT_TRUE(slow.send(std::string{"\x16\x03\x01\x02\x00\x01", 6}));
  ASSERT_TRUE(garbage.send(std::string(4096, '\x9f')));
  EXPECT_TRUE(garbage.closed_within(5s));
  auto right = join(*left, options("right", ours.issue("right")));
  EXPECT_TRUE(right->node) << describe(right->problem);
  EXPECT_TRUE(slow.closed_within(5s));
  EXPECT_TRUE(silent.closed_within(5s));
}

TEST_F(Tls, AnOwnCertificateThatIsOfNoUseEndsTheStart) {
  host x{options("left", ours.issue("right"))};
  EXPECT_EQ(x.problem, errc::bad_certificate);
}

/// What another certificate in the place of the node's own one leads to.
struct TlsImpostor : Tls {
  void expect_no_trust_with(const tls_files& other, errc code,
                            const std::string& why) {
    auto left = serve(options("left", ours.issue("left")));
    auto files = theirs.issue("right");
    host right{options("right", files)};
    ASSERT_TRUE(right.node) << describe(right.problem);
    for (auto [from, to] : {std::pair{other.ca, files.ca},
                            std::pair{other.certificate, files.certificate},
                            std::pair{other.key, files.key}})
      std::filesystem::copy_file(
          from, to, std::filesystem::copy_options::overwrite_existing);
    caf::error problem;
    EXPECT_TRUE(test::eventually(20s, [&] {
      problem = right.node->join(left->address());
      return describe(problem).find(why) != std::string::npos;
    })) << describe(problem);
    EXPECT_EQ(problem, code);
  }
};

TEST_F(TlsImpostor, WithTheCertificateOfAnotherNodeIsNotLetIn) {
  expect_no_trust_with(ours.issue("evil"), errc::peer_not_trusted,
                       "evil, not right");
}

TEST_F(TlsImpostor, WithAnExpiredCertificateIsNotLetIn) {
  expect_no_trust_with(ours.issue("right", test::valid_yesterday),
                       errc::bad_certificate, "expired");
}

TEST_F(Tls, ACertificateIsRenewedWithoutARestart) {
  auto left = serve(options("left", ours.issue("left")));
  auto port = left->node->port();
  // The authority goes, and with it all that it has signed.
  test::authority next{dir};
  auto right_files = next.issue("right");
  next.issue("left");
  std::unique_ptr<host> right;
  EXPECT_TRUE(test::eventually(20s, [&] {
    right = join(*left, options("right", right_files));
    return right->node.has_value();
  })) << describe(right->problem);
  EXPECT_EQ(left->node->port(), port);
}

} // namespace
} // namespace troupe
