// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <string>
#include <vector>

#include <httplib.h>

#include "web/connection_stream.hpp"
#include "web/guard.hpp"
#include "web/route.hpp"
#include "web/server_options.hpp"

namespace web {

/// Reads requests with cpp-httplib and answers them by routes. One for all
/// connections of a server.
class conversation : public httplib::Server {
public:
  conversation(const server_options& options, std::vector<route> routes);

  /// Takes up one request and answers it.
  /// @returns whether the connection may be used for another one.
  bool answer(connection_stream& stream);

  /// Makes long answers end, and each answer the last one of its connection.
  void close() noexcept {
    closing_ = true;
  }

  bool closing() const noexcept {
    return closing_;
  }

  /// Returns what a connection is told for which there is no place.
  static std::string refusal();

private:
  /// A request as the handlers, which run on the thread of its connection, find
  /// it.
  struct exchange;

  void look_at(httplib::Request& x);

  void handle(const httplib::Request& in, httplib::Response& out);

  response respond(const httplib::Request& x);

  static thread_local exchange* current;

  server_options options_;
  guard_policy policy_;
  std::vector<route> routes_;
  std::atomic<bool> closing_ = false;
};

} // namespace web
