// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "support/process.hpp"

namespace server_app {

constexpr auto patience = std::chrono::seconds{30};

/// The program, on a port of its own.
class server_program {
public:
  /// Waits until it is ready, with all its workers.
  explicit server_program(std::vector<std::string> arguments = {});

  /// Returns a client with a connection of its own.
  std::unique_ptr<httplib::Client> client() const;

  int port() const noexcept {
    return port_;
  }

  troupe::test::process& program() noexcept {
    return program_;
  }

  /// Returns the ids of its worker processes.
  std::vector<pid_t> workers() const;

private:
  troupe::test::process program_;
  int port_ = 0;
};

/// Sends JSON.
httplib::Result post(httplib::Client& to, const std::string& path,
                     const nlohmann::json& body);

/// Returns the body of an answer with this status; records a failure if there
/// is none.
nlohmann::json body_of(const httplib::Result& x, int status = 200);

} // namespace server_app
