// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/allowed_unsafe_message_type.hpp"

namespace troupe {

/// Asks whatever stands for an actor in a process of its own, in this process,
/// how much memory that process holds; the reply is a `uint64_t` of resident
/// bytes, or an error if nobody knows.
struct memory_question {};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::memory_question)
