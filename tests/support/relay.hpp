// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <thread>

namespace troupe::test {

/// A TCP connection's way through a network that a test can break: passes bytes
/// on between whoever connects to it and a port of this host.
class relay {
public:
  /// @param target Port on 127.0.0.1 that connections are passed on to.
  explicit relay(uint16_t target);

  /// Closes all connections.
  ~relay();

  relay(const relay&) = delete;
  relay& operator=(const relay&) = delete;

  /// Returns the address to connect to.
  std::string address() const;

  /// Passes nothing on from now on; both ends see silence.
  void hold() {
    state_ = state::holding;
  }

  /// Passes on again, also what came in the meantime.
  void resume() {
    state_ = state::passing;
  }

  /// Closes all connections, and new ones as soon as they come.
  void cut() {
    state_ = state::cutting;
  }

  /// Returns how many connections there are.
  size_t pairs() const {
    return pair_count_;
  }

  /// Returns how many bytes were passed on.
  uint64_t passed_bytes() const {
    return passed_bytes_;
  }

private:
  enum class state : uint8_t { passing = 1, holding, cutting };

  struct pair {
    int fds[2];
  };

  void run();
  void accept_one();
  bool pass(pair& x, int from);
  void close_all();

  uint16_t target_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::list<pair> pairs_;
  std::atomic<state> state_ = state::passing;
  std::atomic<bool> stop_ = false;
  std::atomic<uint64_t> passed_bytes_ = 0;
  std::atomic<size_t> pair_count_ = 0;
  std::thread thread_;
};

} // namespace troupe::test
