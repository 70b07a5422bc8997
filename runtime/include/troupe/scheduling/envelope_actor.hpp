// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/event_based_actor.hpp"

#include "troupe/scheduling/intercepting.hpp"

namespace troupe {

/// An event-based actor that may take any message as it arrives, see
/// `intercepting`.
///
/// For actors that pass messages of unknown types on, requests and responses
/// alike, which a `caf::behavior` cannot express.
using envelope_actor = intercepting<caf::event_based_actor>;

} // namespace troupe
