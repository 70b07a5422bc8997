// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "troupe/base/type_ids.hpp"

// What an observer tells as JSON, one object on one line, for programs in other
// languages. Names are those of the fields. Times are texts such as
// `2026-03-01T12:00:00.123Z`, durations numbers of seconds with `_s` at the end
// of their name, what is not known is null. Bytes that are no UTF-8 are
// replaced. Later versions may add fields.

namespace troupe {

struct node_spans;

std::string to_json(const system_snapshot& x);

std::string to_json(const observed_event& x);

std::string to_json(const event_page& x);

std::string to_json(const letter_page& x);

std::string to_json(const quarantine_page& x);

std::string to_json(const flight_record& x);

std::string to_json(const action_outcome& x);

std::string to_json(const std::vector<node_spans>& x);

} // namespace troupe
