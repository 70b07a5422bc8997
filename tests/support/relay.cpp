// SPDX-License-Identifier: Apache-2.0

#include "support/relay.hpp"

#include <cerrno>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::test {

namespace {

sockaddr_in loopback(uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  result.sin_port = htons(port);
  return result;
}

int open_socket() {
  auto result = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (result < 0)
    throw std::system_error{errno, std::generic_category(), "socket"};
  return result;
}

/// Writes all of `size` bytes.
bool write_all(int fd, const char* data, size_t size) {
  while (size > 0) {
    auto n = send(fd, data, size, MSG_NOSIGNAL);
    if (n <= 0)
      return false;
    data += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

} // namespace

relay::relay(uint16_t target) : target_(target), listener_(open_socket()) {
  auto where = loopback(0);
  auto addr = reinterpret_cast<sockaddr*>(&where);
  socklen_t size = sizeof(where);
  if (bind(listener_, addr, size) != 0 || listen(listener_, 16) != 0)
    throw std::system_error{errno, std::generic_category(), "listen"};
  getsockname(listener_, addr, &size);
  port_ = ntohs(where.sin_port);
  thread_ = std::thread{[this] { run(); }};
}

relay::~relay() {
  stop_ = true;
  thread_.join();
  close_all();
  close(listener_);
}

std::string relay::address() const {
  return "127.0.0.1:" + std::to_string(port_);
}

void relay::run() {
  while (!stop_) {
    auto now = state_.load();
    if (now == state::cutting)
      close_all();
    pair_count_ = pairs_.size();
    std::vector<pollfd> events{{listener_, POLLIN, 0}};
    if (now == state::passing)
      for (auto& x : pairs_)
        for (auto fd : x.fds)
          events.push_back({fd, POLLIN, 0});
    if (poll(events.data(), events.size(), 5) <= 0)
      continue;
    auto i = events.begin() + 1;
    if (now == state::passing)
      for (auto x = pairs_.begin(); x != pairs_.end();) {
        auto alive = true;
        for (int from : {0, 1})
          if ((i++)->revents != 0)
            alive = alive && pass(*x, from);
        if (alive) {
          ++x;
          continue;
        }
        for (auto fd : x->fds)
          close(fd);
        x = pairs_.erase(x);
      }
    if (events.front().revents != 0)
      accept_one();
  }
}

void relay::accept_one() {
  auto near = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (near < 0)
    return;
  auto far = open_socket();
  auto where = loopback(target_);
  if (connect(far, reinterpret_cast<sockaddr*>(&where), sizeof(where)) != 0) {
    close(near);
    close(far);
    return;
  }
  int on = 1;
  for (auto fd : {near, far})
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  pairs_.push_back({{near, far}});
}

bool relay::pass(pair& x, int from) {
  static thread_local char buffer[64 << 10];
  auto n = recv(x.fds[from], buffer, sizeof(buffer), 0);
  if (n <= 0 || !write_all(x.fds[1 - from], buffer, static_cast<size_t>(n)))
    return false;
  passed_bytes_ += static_cast<uint64_t>(n);
  return true;
}

void relay::close_all() {
  for (auto& x : pairs_)
    for (auto fd : x.fds)
      close(fd);
  pairs_.clear();
}

} // namespace troupe::test
