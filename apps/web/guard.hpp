// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/problem.hpp"
#include "web/route.hpp"

namespace web {

/// What is known of a request before its body is read.
struct request_head {
  std::string method = {};
  size_t target_bytes = 0;

  // All headers of that name.
  std::vector<std::string> content_length = {};
  std::vector<std::string> transfer_encoding = {};
  std::vector<std::string> content_encoding = {};
  std::vector<std::string> content_type = {};
  std::vector<std::string> host = {};
  std::vector<std::string> origin = {};
  std::vector<std::string> fetch_site = {};
  std::vector<std::string> authorization = {};
  std::vector<std::string> action = {};
};

/// What a server lets in.
struct guard_policy {
  uint64_t max_body_bytes = 1 << 20;

  /// Without one, only names and addresses of this host are accepted in `Host`,
  /// so that no foreign name that was made to lead here reaches anything.
  std::optional<std::string> token = {};

  /// As in `Origin`.
  std::string scheme = "http";
};

/// Returns whether requests of a method may have a body.
bool takes_body(std::string_view method);

/// Says what is wrong with the frame of a request: its lengths, its encoding,
/// whom it is for and where it comes from.
std::optional<problem> check_head(const request_head& x,
                                  const guard_policy& policy);

/// Says whether a route may answer.
std::optional<problem> check_access(const request_head& x,
                                    const guard_policy& policy,
                                    const route& to);

/// Returns whether a body follows that has to be read before the next request.
bool has_body(const request_head& x);

/// Compares without telling by its time how much is equal.
bool same_secret(std::string_view x, std::string_view y);

} // namespace web
