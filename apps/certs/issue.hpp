// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace certs {

using std::chrono::seconds;

struct certificate_deleter {
  void operator()(X509* x) const noexcept {
    X509_free(x);
  }
};

struct key_deleter {
  void operator()(EVP_PKEY* x) const noexcept {
    EVP_PKEY_free(x);
  }
};

/// A certificate and its private key.
struct identity {
  std::unique_ptr<X509, certificate_deleter> certificate;
  std::unique_ptr<EVP_PKEY, key_deleter> key;
};

/// When a certificate counts, from now on; both may be in the past.
struct validity {
  seconds begin;
  seconds end;
};

/// Makes an authority: a new key on the curve P-256, and a certificate signed
/// with it. Throws `std::runtime_error` if OpenSSL fails.
identity make_authority(const std::string& name, validity when);

/// Makes a new key and a certificate for a node, as client and server, signed
/// by `authority`. The name is both common and alternative name.
identity make_node(const std::string& name, validity when,
                   const identity& authority);

/// Returns the certificate in PEM format.
std::string certificate_pem(const identity& x);

/// Returns the private key in PEM format, not encrypted.
std::string key_pem(const identity& x);

/// Reads what `certificate_pem` and `key_pem` have made; throws
/// `std::runtime_error` if they do not parse or do not fit each other.
identity from_pem(const std::string& certificate, const std::string& key);

} // namespace certs
