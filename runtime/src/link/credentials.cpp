// SPDX-License-Identifier: Apache-2.0

#include "link/credentials.hpp"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

namespace troupe {

namespace {

namespace tls = grpc::experimental;

constexpr unsigned reload_seconds = 2;

std::shared_ptr<tls::CertificateProviderInterface>
watch(const tls_files& files) {
  return std::make_shared<tls::FileWatcherCertificateProvider>(
      files.key, files.certificate, files.ca, reload_seconds);
}

void set_up(tls::TlsCredentialsOptions& options) {
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  // Addresses are no identities here: the handshake compares the node's name
  // with the certificate. The chain is checked before that all the same.
  options.set_certificate_verifier(
      std::make_shared<tls::NoOpCertificateVerifier>());
  options.set_check_call_host(false);
}

} // namespace

std::shared_ptr<grpc::ServerCredentials>
server_credentials(const std::optional<tls_files>& files) {
  if (!files)
    return grpc::InsecureServerCredentials();
  tls::TlsServerCredentialsOptions options{watch(*files)};
  set_up(options);
  options.set_cert_request_type(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials>
channel_credentials(const std::optional<tls_files>& files) {
  if (!files)
    return grpc::InsecureChannelCredentials();
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(watch(*files));
  set_up(options);
  options.set_verify_server_certs(true);
  return tls::TlsCredentials(options);
}

std::vector<std::string> certified_names(const grpc::AuthContext& x) {
  std::vector<std::string> result;
  for (auto property : {"x509_common_name", "x509_subject_alternative_name"})
    for (auto& value : x.FindPropertyValues(property))
      result.emplace_back(value.data(), value.size());
  return result;
}

} // namespace troupe
