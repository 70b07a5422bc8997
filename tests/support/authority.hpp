// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>

#include "troupe/link/tls_files.hpp"

#include "issue.hpp"
#include "support/temp_dir.hpp"

namespace troupe::test {

constexpr auto valid_today =
    certs::validity{-std::chrono::hours{1}, std::chrono::hours{24}};

constexpr auto valid_yesterday =
    certs::validity{-std::chrono::hours{48}, -std::chrono::hours{24}};

/// A certificate authority of one test.
class authority {
public:
  /// @param folder Where files go; outlives the authority.
  /// @param name Tells the files of several authorities apart.
  explicit authority(const temp_dir& folder, std::string name = "ca")
      : folder_(folder),
        name_(std::move(name)),
        own_(certs::make_authority("authority " + name_, valid_today)),
        file_(folder.write(name_ + ".pem", certificate_pem(own_))) {
    // nop
  }

  const std::string& file() const noexcept {
    return file_;
  }

  /// Writes the files of a node, over those that it has from this authority.
  tls_files issue(const std::string& node,
                  certs::validity when = valid_today) const {
    auto made = certs::make_node(node, when, own_);
    auto prefix = name_ + "-" + node;
    return {.ca = file_,
            .certificate =
                folder_.write(prefix + ".pem", certificate_pem(made)),
            .key = folder_.write(prefix + "-key.pem", key_pem(made))};
  }

private:
  const temp_dir& folder_;
  std::string name_;
  certs::identity own_;
  std::string file_;
};

} // namespace troupe::test
