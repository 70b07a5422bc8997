// SPDX-License-Identifier: Apache-2.0

#include "observe/permissions.hpp"

#include <algorithm>

namespace troupe {

bool may_act(const observer_options& options, link_security security,
             const std::string& peer, observer_action::kind what) {
  if (peer.empty())
    return false;
  if (!options.may_act)
    return security != link_security::tls;
  auto fits = [&](const action_permission& x) {
    return (x.peer == "*" || x.peer == peer)
           && (x.action == "*" || x.action == to_string(what));
  };
  return std::any_of(options.may_act->begin(), options.may_act->end(), fits);
}

} // namespace troupe
