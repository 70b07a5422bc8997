// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "troupe/observe/observer.hpp"
#include "troupe/remote/node_options.hpp"

namespace troupe {

/// Returns whether the node `peer` may do `what` here. `security` decides where
/// `options` say nothing.
bool may_act(const observer_options& options, link_security security,
             const std::string& peer, observer_action::kind what);

} // namespace troupe
