// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/turn.hpp"

namespace troupe::detail {

constinit thread_local turn this_turn;

} // namespace troupe::detail
