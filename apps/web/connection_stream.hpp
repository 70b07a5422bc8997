// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <httplib.h>

#include "caf/timespan.hpp"

#include "web/tls.hpp"

namespace web {

/// A socket as cpp-httplib sees it, with or without TLS, on which nothing takes
/// longer than it may and no request is larger than it may be.
class connection_stream : public httplib::Stream {
public:
  using clock = std::chrono::steady_clock;

  /// Owns neither.
  connection_stream(int socket, SSL* tls);

  /// Agrees on keys. @returns whether that worked in time.
  bool shake_hands(caf::timespan timeout);

  /// Waits for the first byte of a request.
  bool wait_for_request(caf::timespan timeout);

  /// Lets the next request have so many bytes and take so long, and each write
  /// after it as long.
  void begin_request(uint64_t max_bytes, caf::timespan timeout);

  /// Returns whether the client has closed its side.
  bool peer_has_closed();

  /// Says goodbye, so that the client gets all that was sent even if it still
  /// sends.
  void close_gently();

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* data, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override;

private:
  /// Reads what is there, waiting until `deadline_`.
  bool fill();

  /// Waits for the socket. @returns whether it was ready before `deadline`.
  bool await(short events, clock::time_point deadline) const;

  /// Waits for what TLS needs after `result`; false if that is the end.
  bool await_tls(int result, clock::time_point deadline) const;

  int socket_;
  SSL* tls_;
  std::array<char, 4096> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t left_ = 0;
  clock::time_point deadline_;
  caf::timespan timeout_{0};
};

} // namespace web
