// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <sys/types.h>

#include "caf/expected.hpp"

#include "port/listener.hpp"

namespace troupe {

/// Accepts connections in a thread of its own, and hands them to whoever serves
/// them.
///
/// gRPC's own listener ends for good when the process has no descriptor left.
/// This one lets whoever connects wait until there is one again, and looks
/// every 100 ms. Over a unix socket only processes of the same user get in.
class acceptor {
public:
  struct handlers {
    /// Takes what was accepted.
    std::function<void(accepted_socket)> accepted;

    /// Over a unix socket: whether the process may connect; without it all of
    /// this user may.
    std::function<bool(pid_t)> admits = {};
  };

  /// @returns null if the host has no thread or descriptor to spare.
  static std::unique_ptr<acceptor> start(listener where, handlers to);

  /// Closes the sockets.
  ~acceptor();

  acceptor(const acceptor&) = delete;
  acceptor& operator=(const acceptor&) = delete;

private:
  acceptor(listener where, handlers to, int wake);

  void run();
  bool accept_from(int socket);
  void take(accepted_socket x);

  listener where_;
  handlers to_;
  int wake_;
  std::thread thread_;
};

} // namespace troupe
