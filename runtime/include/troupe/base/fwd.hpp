// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace troupe {

enum class errc : uint8_t;

class starter;
class task_batch;

template <class T>
class frozen_buffer;

template <class T>
class owned_buffer;

struct action_outcome;
struct cell_query;
struct cell_reports;
struct batch_result;
struct child_counts;
struct child_info;
struct dead_letter;
struct directory_event;
struct event_page;
struct event_query;
struct flight_record;
struct lent_report;
struct letter_page;
struct node_contact;
struct node_event;
struct observed_event;
struct observer_action;
struct pool_event;
struct pool_stats;
struct process_output;
struct quarantine_page;
struct quarantined_message;
struct snapshot_query;
struct supervision_event;
struct system_snapshot;
struct task_failure;
struct task_options;
struct trace_page;
struct trace_span;

} // namespace troupe
