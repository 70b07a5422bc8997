// SPDX-License-Identifier: Apache-2.0

#include "support/net_namespaces.hpp"

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe::test {

namespace {

using side = net_namespaces::side;

/// A server for one connection and its client, without any further package.
constexpr char serve[] = R"(
import socket, sys
server = socket.create_server((sys.argv[1], 0))
print("port", server.getsockname()[1], flush=True)
connection, peer = server.accept()
connection.sendall(peer[0].encode())
)";

constexpr char connect[] = R"(
import socket, sys
address = (sys.argv[1], int(sys.argv[2]))
print(socket.create_connection(address, timeout=float(sys.argv[3])).recv(99))
)";

command python(const char* script, std::vector<std::string> args) {
  command result{.line = {"python3", "-c", script}};
  result.line.insert(result.line.end(), args.begin(), args.end());
  return result;
}

/// Returns whether there is a network namespace of that name.
bool exists(const std::string& name) {
  return std::filesystem::exists("/run/netns/" + name);
}

class NetNamespaces : public ::testing::Test {
protected:
  void SetUp() override {
    if (auto reason = net_namespaces::unavailable())
      GTEST_SKIP() << *reason;
    hosts_.emplace();
  }

  process start(side where, const command& x) {
    return process{hosts_->inside(where, x)};
  }

  /// Returns the port on which a server on the right listens.
  std::string port_of(process& server) {
    auto line = server.line_with("port ", 10s);
    return line ? line->substr(5) : "";
  }

  std::optional<finished> connect_to(const std::string& port,
                                     const std::string& seconds) {
    auto address = net_namespaces::address(side::right);
    return run(
        hosts_->inside(side::left, python(connect, {address, port, seconds})),
        20s);
  }

  std::optional<net_namespaces> hosts_;
};

TEST_F(NetNamespaces, TheTwoSidesReachEachOther) {
  auto server = start(side::right, python(serve, {"0.0.0.0"}));
  auto reply = connect_to(port_of(server), "10");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->out, "b'192.0.2.1'\n") << reply->err;
}

TEST_F(NetNamespaces, LoopbackDoesNotLeadOut) {
  auto server = start(side::right, python(serve, {"127.0.0.1"}));
  auto port = port_of(server);
  auto reply =
      run(hosts_->inside(side::left, python(connect, {"127.0.0.1", port, "5"})),
          20s);
  ASSERT_TRUE(reply);
  EXPECT_NE(reply->err.find("ConnectionRefusedError"), std::string::npos);
}

TEST_F(NetNamespaces, AnUnpluggedCableCarriesNothingUntilItIsPlugged) {
  auto server = start(side::right, python(serve, {"0.0.0.0"}));
  auto port = port_of(server);
  hosts_->unplug();
  auto reply = connect_to(port, "0.2");
  ASSERT_TRUE(reply);
  EXPECT_NE(reply->report.code, 0);
  hosts_->plug();
  reply = connect_to(port, "10");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->out, "b'192.0.2.1'\n") << reply->err;
}

TEST_F(NetNamespaces, SignalsReachTheProgramItself) {
  auto sleeper = start(side::left, {.line = {"sh", "-c",
                                             "trap 'exit 9' USR1; echo ready;"
                                             "while :; do sleep 0.01; done"}});
  ASSERT_TRUE(sleeper.line_with("ready", 10s));
  sleeper.signal(SIGUSR1);
  auto report = sleeper.wait(10s);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 9);
}

TEST_F(NetNamespaces, NothingIsLeftBehind) {
  auto mine = hosts_->prefix();
  ASSERT_TRUE(exists(mine + "-left"));
  ASSERT_TRUE(exists(mine + "-right"));
  hosts_.reset();
  EXPECT_FALSE(exists(mine + "-left"));
  EXPECT_FALSE(exists(mine + "-right"));
}

TEST_F(NetNamespaces, AFailureHalfWayLeavesNothingBehind) {
  // The next pair finds the name of its right side taken.
  auto mine = hosts_->prefix();
  auto dash = mine.rfind('-') + 1;
  auto number = std::stoi(mine.substr(dash));
  auto next = mine.substr(0, dash) + std::to_string(number + 1);
  ASSERT_EQ(
      run({.line = {"ip", "netns", "add", next + "-right"}}, 10s)->report.code,
      0);
  EXPECT_THROW(net_namespaces{}, std::runtime_error);
  run({.line = {"ip", "netns", "del", next + "-right"}}, 10s);
  EXPECT_FALSE(exists(next + "-left"));
}

TEST_F(NetNamespaces, LeftoversOfAnEndedProcessAreRemoved) {
  // A number that was used a moment ago is not in use again.
  process ended{{.line = {"true"}}};
  auto stale = "troupe-" + std::to_string(ended.pid()) + "-1-left";
  ASSERT_TRUE(ended.wait(10s));
  ASSERT_EQ(run({.line = {"ip", "netns", "add", stale}}, 10s)->report.code, 0);
  ended = process{{.line = {"true"}}};
  net_namespaces more;
  EXPECT_FALSE(exists(stale));
}

} // namespace

} // namespace troupe::test
