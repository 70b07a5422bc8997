// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "caf/expected.hpp"

namespace troupe::pem {

template <auto Free>
struct deleter {
  template <class T>
  void operator()(T* x) const noexcept {
    Free(x);
  }
};

using certificate_ptr = std::unique_ptr<X509, deleter<X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, deleter<EVP_PKEY_free>>;

/// Reads all certificates of a file of at most 1 MiB, at least one.
/// @returns why there are none, as the end of a sentence.
caf::expected<std::vector<certificate_ptr>>
read_certificates(const std::string& path);

/// Reads a private key that has no pass phrase.
/// @returns why there is none, as the end of a sentence.
caf::expected<key_ptr> read_key(const std::string& path);

/// Returns the common name and the alternative names of kind DNS.
std::vector<std::string> names_in(const X509& x);

} // namespace troupe::pem
