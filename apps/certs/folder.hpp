// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "issue.hpp"

namespace certs {

/// A file cannot be read or written; the text names it and says why.
struct file_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What was written for one node.
struct node_files {
  std::string name;
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// A folder with an authority, `ca.pem` and `ca-key.pem`, and of each node
/// NAME the files `NAME.pem` and `NAME-key.pem`. Keys can be read by their
/// owner only.
class folder {
public:
  /// Makes the folder and the authority if they are not there.
  /// Throws `file_error`, or `std::runtime_error` if OpenSSL fails.
  folder(std::filesystem::path where, size_t days);

  /// Whether the authority was made just now.
  bool is_new() const noexcept {
    return is_new_;
  }

  std::filesystem::path authority_file() const {
    return where_ / "ca.pem";
  }

  /// Makes a key and a certificate for a node, in place of earlier ones.
  /// Throws as the constructor does.
  node_files issue(const std::string& name, size_t days) const;

private:
  std::filesystem::path where_;
  identity authority_;
  bool is_new_ = false;
};

} // namespace certs
