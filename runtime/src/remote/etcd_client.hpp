// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "caf/expected.hpp"
#include "caf/timespan.hpp"

namespace troupe::etcd {

/// Calls etcd's JSON gateway. Goes on with the next endpoint when one does not
/// answer. Of one thread, but for `stop`.
class client {
public:
  client(std::vector<std::string> endpoints, caf::timespan timeout);

  ~client();

  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// Posts `body` to `/v3/` + `call`.
  /// @returns the answer; `authority_unreachable` if no endpoint answers, or
  ///          `authority_refused` with what etcd says.
  caf::expected<nlohmann::json> post(const std::string& call,
                                     const nlohmann::json& body);

  /// Posts `body` and calls `line` for each line of the answer, until `line`
  /// returns `false`, the stream ends or is silent for `silence`.
  /// @returns why the stream could not be opened.
  caf::error stream(const std::string& call, const nlohmann::json& body,
                    caf::timespan silence,
                    const std::function<bool(const nlohmann::json&)>& line);

  /// Ends a stream and all that comes later. Thread-safe.
  void stop();

private:
  class connection;

  std::shared_ptr<connection> connect(caf::timespan silence);

  std::vector<std::string> endpoints_;
  caf::timespan timeout_;
  size_t current_ = 0;
  std::mutex mtx_;
  std::shared_ptr<connection> open_;
  bool stopped_ = false;
};

} // namespace troupe::etcd
