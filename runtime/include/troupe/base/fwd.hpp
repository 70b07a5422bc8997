// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace troupe {

enum class errc : uint8_t;

class starter;

struct child_counts;
struct child_info;
struct dead_letter;
struct directory_event;
struct node_contact;
struct node_event;
struct pool_event;
struct pool_stats;
struct process_output;
struct quarantined_message;
struct supervision_event;

} // namespace troupe
