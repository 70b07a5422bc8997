// SPDX-License-Identifier: Apache-2.0

#include "system/etcd/etcd_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include <gtest/gtest.h>

#include "support/eventually.hpp"

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 30s;

sockaddr_in loopback(uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  result.sin_port = htons(port);
  return result;
}

/// etcd cannot pick a port by itself and tell it.
uint16_t free_port() {
  auto fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto where = loopback(0);
  socklen_t size = sizeof(where);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&where), size), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size);
  close(fd);
  return ntohs(where.sin_port);
}

bool accepts(uint16_t port) {
  auto fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto where = loopback(port);
  auto result =
      connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof(where)) == 0;
  close(fd);
  return result;
}

} // namespace

etcd_server::etcd_server()
    : client_port_(free_port()), peer_port_(free_port()) {
  start();
}

std::optional<std::string> etcd_server::unavailable() {
  auto result = run({.line = {"etcd", "--version"}}, patience);
  if (!result || result->report.code != 0)
    return "there is no etcd";
  return std::nullopt;
}

std::string etcd_server::address() const {
  return "127.0.0.1:" + std::to_string(client_port_);
}

void etcd_server::start() {
  auto client = "http://" + address();
  auto peer = "http://127.0.0.1:" + std::to_string(peer_port_);
  process_.emplace(command{
      .line = {"etcd", "--data-dir", dir_.file("store"), "--name", "one",
               "--listen-client-urls", client, "--advertise-client-urls",
               client, "--listen-peer-urls", peer,
               "--initial-advertise-peer-urls", peer, "--initial-cluster",
               "one=" + peer, "--unsafe-no-fsync"}});
  if (!eventually(patience, [&] { return accepts(client_port_); }))
    ADD_FAILURE() << "etcd does not start: " << process_->err();
}

void etcd_server::kill() {
  process_->signal(SIGKILL);
  EXPECT_TRUE(process_->wait(patience));
}

} // namespace troupe::test
