// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "caf/error.hpp"

namespace troupe {

/// PEM files by which a node proves who it is, and knows whom to believe.
///
/// They are read again every few seconds, so that certificates are renewed
/// without a restart. Links that are open stay open; a renewed certificate
/// counts from the next link on. While files do not fit each other, the ones
/// read before stay in use.
struct tls_files {
  /// Certificates of the authorities whose nodes are let in, at least one.
  std::string ca;

  /// The node's certificate, followed by those between it and an authority. It
  /// carries the node's name: as common name, or as alternative name of kind
  /// DNS.
  std::string certificate;

  /// The private key of the certificate, without pass phrase.
  std::string key;

  friend bool operator==(const tls_files&, const tls_files&) = default;
};

/// Reads the files and checks that the node named `name` can be believed with
/// them today.
/// @returns `none`, or `errc::bad_certificate` with one line that names the
///          file: it cannot be read or parsed, the key is another one's, the
///          name is missing, or the certificate has expired or is not signed by
///          one of the authorities.
/// @relates tls_files
caf::error check(const tls_files& x, std::string_view name);

} // namespace troupe
