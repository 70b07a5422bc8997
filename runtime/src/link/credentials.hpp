// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include "troupe/link/tls_files.hpp"

namespace troupe {

/// What an accepting side shows and asks for: with `files` mutual TLS, where a
/// peer without a certificate of one of the authorities gets no further.
std::shared_ptr<grpc::ServerCredentials>
server_credentials(const std::optional<tls_files>& files);

/// The same of a dialling side. That the peer is the node it says it is remains
/// to be checked by its name.
std::shared_ptr<grpc::ChannelCredentials>
channel_credentials(const std::optional<tls_files>& files);

/// Returns the names in a peer's certificate, none without one.
std::vector<std::string> certified_names(const grpc::AuthContext& x);

} // namespace troupe
