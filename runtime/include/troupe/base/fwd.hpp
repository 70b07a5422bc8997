// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace troupe {

enum class errc : uint8_t;

class starter;

struct directory_event;
struct node_event;
struct pool_event;
struct pool_stats;

} // namespace troupe
