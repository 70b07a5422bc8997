// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "caf/timespan.hpp"

#include "base/node_name.hpp"

/// What `node_options` permits.
namespace troupe::node_limits {

constexpr size_t name_bytes = max_node_name_bytes;

constexpr size_t max_workers = 1024;

constexpr caf::timespan min_connect_timeout = std::chrono::milliseconds{10};

constexpr caf::timespan max_connect_timeout = std::chrono::minutes{10};

constexpr size_t max_roles = 64;

constexpr caf::timespan min_heartbeat = std::chrono::milliseconds{10};

constexpr caf::timespan max_heartbeat = std::chrono::minutes{1};

constexpr caf::timespan max_silence = std::chrono::minutes{10};

constexpr caf::timespan min_etcd_lease = std::chrono::seconds{2};

constexpr caf::timespan min_lease = std::chrono::milliseconds{100};

constexpr caf::timespan max_lease = std::chrono::minutes{10};

constexpr uint64_t min_message_bytes = uint64_t{1} << 10;

constexpr uint64_t max_message_bytes = uint64_t{1} << 30;

constexpr caf::timespan max_wait = std::chrono::minutes{10};

constexpr uint64_t max_unsent_bytes = uint64_t{16} << 30;

} // namespace troupe::node_limits
