// SPDX-License-Identifier: Apache-2.0

#include "web/connection_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

namespace web {

namespace {

constexpr auto linger = std::chrono::milliseconds{500};

/// What a client may still send after the answer.
constexpr size_t max_lingering_bytes = 4 << 20;

} // namespace

connection_stream::connection_stream(int socket, SSL* tls)
    : socket_(socket), tls_(tls) {
  // nop
}

bool connection_stream::shake_hands(caf::timespan timeout) {
  if (tls_ == nullptr)
    return true;
  auto deadline = clock::now() + timeout;
  for (;;) {
    ERR_clear_error();
    auto result = SSL_accept(tls_);
    if (result == 1)
      return true;
    if (!await_tls(result, deadline))
      return false;
  }
}

bool connection_stream::wait_for_request(caf::timespan timeout) {
  if (begin_ < end_)
    return true;
  left_ = buffer_.size();
  deadline_ = clock::now() + timeout;
  return fill();
}

void connection_stream::begin_request(uint64_t max_bytes,
                                      caf::timespan timeout) {
  left_ = max_bytes;
  timeout_ = timeout;
  deadline_ = clock::now() + timeout;
}

bool connection_stream::peer_has_closed() {
  char c;
  auto n = recv(socket_, &c, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

void connection_stream::close_gently() {
  if (tls_ != nullptr) {
    ERR_clear_error();
    SSL_shutdown(tls_);
  }
  ::shutdown(socket_, SHUT_WR);
  auto deadline = clock::now() + linger;
  size_t total = 0;
  while (total < max_lingering_bytes && await(POLLIN, deadline)) {
    auto n = recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
      return;
    total += n > 0 ? static_cast<size_t>(n) : 0;
  }
}

bool connection_stream::is_readable() const {
  return begin_ < end_ || await(POLLIN, clock::now());
}

bool connection_stream::is_writable() const {
  return await(POLLOUT, clock::now());
}

ssize_t connection_stream::read(char* data, size_t size) {
  if (begin_ == end_ && !fill())
    return -1;
  auto n = std::min({size, end_ - begin_, static_cast<size_t>(left_)});
  if (n == 0)
    return -1;
  std::memcpy(data, buffer_.data() + begin_, n);
  begin_ += n;
  left_ -= n;
  return static_cast<ssize_t>(n);
}

ssize_t connection_stream::write(const char* data, size_t size) {
  auto deadline = clock::now() + timeout_;
  if (size == 0)
    return 0;
  for (;;) {
    if (tls_ != nullptr) {
      ERR_clear_error();
      auto n = SSL_write(tls_, data,
                         static_cast<int>(std::min<size_t>(size, 1 << 20)));
      if (n > 0)
        return n;
      if (!await_tls(n, deadline))
        return -1;
    } else {
      auto n = send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0)
        return n;
      if (errno != EAGAIN && errno != EINTR)
        return -1;
      if (!await(POLLOUT, deadline))
        return -1;
    }
  }
}

// Nobody asks for them.
void connection_stream::get_remote_ip_and_port(std::string&, int&) const {
  // nop
}

void connection_stream::get_local_ip_and_port(std::string&, int&) const {
  // nop
}

socket_t connection_stream::socket() const {
  return socket_;
}

bool connection_stream::fill() {
  begin_ = end_ = 0;
  if (left_ == 0)
    return false;
  for (;;) {
    ssize_t n = 0;
    if (tls_ != nullptr) {
      ERR_clear_error();
      n = SSL_read(tls_, buffer_.data(), static_cast<int>(buffer_.size()));
      if (n <= 0) {
        if (!await_tls(static_cast<int>(n), deadline_))
          return false;
        continue;
      }
    } else {
      n = recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        return false;
      if (n < 0) {
        if (!await(POLLIN, deadline_))
          return false;
        continue;
      }
    }
    end_ = static_cast<size_t>(n);
    return true;
  }
}

bool connection_stream::await(short events, clock::time_point deadline) const {
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(
        std::max(deadline - clock::now(), clock::duration{0}));
    pollfd what{socket_, events, 0};
    auto n = poll(&what, 1, static_cast<int>(left.count()));
    if (n > 0)
      return true;
    if (n == 0 || errno != EINTR)
      return false;
  }
}

bool connection_stream::await_tls(int result,
                                  clock::time_point deadline) const {
  switch (SSL_get_error(tls_, result)) {
    case SSL_ERROR_WANT_READ:
      return await(POLLIN, deadline);
    case SSL_ERROR_WANT_WRITE:
      return await(POLLOUT, deadline);
    default:
      return false;
  }
}

} // namespace web
