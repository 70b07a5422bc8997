// SPDX-License-Identifier: Apache-2.0

#include "troupe/link/tls_files.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/x509_vfy.h>

#include "troupe/base/errc.hpp"

#include "base/in_quotes.hpp"
#include "link/pem.hpp"

namespace troupe {

namespace {

using store_ptr = std::unique_ptr<X509_STORE, pem::deleter<X509_STORE_free>>;
using verification_ptr =
    std::unique_ptr<X509_STORE_CTX, pem::deleter<X509_STORE_CTX_free>>;

caf::error problem(const std::string& path, std::string_view why) {
  return make_error(errc::bad_certificate,
                    fmt::format("{} {}", in_quotes(path), why));
}

/// Returns why a certificate is not believed today, empty if it is.
std::string distrust(const std::vector<pem::certificate_ptr>& chain,
                     const std::vector<pem::certificate_ptr>& authorities) {
  store_ptr store{X509_STORE_new()};
  for (auto& x : authorities)
    X509_STORE_add_cert(store.get(), x.get());
  std::unique_ptr<STACK_OF(X509),
                  pem::deleter<[](STACK_OF(X509) * x) { sk_X509_free(x); }>>
      between{sk_X509_new_null()};
  for (size_t i = 1; i < chain.size(); ++i)
    sk_X509_push(between.get(), chain[i].get());
  verification_ptr verification{X509_STORE_CTX_new()};
  X509_STORE_CTX_init(verification.get(), store.get(), chain.front().get(),
                      between.get());
  if (X509_verify_cert(verification.get()) == 1)
    return {};
  return X509_verify_cert_error_string(
      X509_STORE_CTX_get_error(verification.get()));
}

} // namespace

caf::error check(const tls_files& x, std::string_view name) {
  auto authorities = pem::read_certificates(x.ca);
  if (!authorities)
    return problem(x.ca, describe(authorities.error()));
  auto chain = pem::read_certificates(x.certificate);
  if (!chain)
    return problem(x.certificate, describe(chain.error()));
  auto key = pem::read_key(x.key);
  if (!key)
    return problem(x.key, describe(key.error()));
  auto& own = *chain->front();
  if (X509_check_private_key(&own, key->get()) != 1)
    return problem(x.key, fmt::format("is not the key of the certificate {}",
                                      in_quotes(x.certificate)));
  auto names = pem::names_in(own);
  if (std::find(names.begin(), names.end(), name) == names.end())
    return problem(x.certificate,
                   fmt::format("is for {}, this node is named {}",
                               fmt::join(names, ", "), name));
  if (auto why = distrust(*chain, *authorities); !why.empty())
    return problem(x.certificate, fmt::format("is not valid under {}: {}",
                                              in_quotes(x.ca), why));
  return {};
}

} // namespace troupe
