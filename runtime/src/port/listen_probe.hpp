// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>

#include "caf/error.hpp"

namespace troupe {

/// Tries whether a server could listen on `HOST:PORT` or `unix:PATH`.
/// @returns `none`, `errc::address_in_use` or `errc::cannot_listen` with the
///          operating system's reason.
caf::error probe_listen(const std::string& address);

/// Tries to connect to `HOST:PORT` or `unix:PATH`, at most for `timeout`, and
/// closes the connection again.
/// @returns `none` or `errc::peer_unreachable` with the reason.
caf::error probe_connect(const std::string& address,
                         std::chrono::milliseconds timeout);

/// Returns whether the host at `HOST:PORT` answers, within `timeout`, that
/// nobody listens there. `false` if it can be connected, or is not heard of.
bool refuses_connections(const std::string& address,
                         std::chrono::milliseconds timeout);

} // namespace troupe
