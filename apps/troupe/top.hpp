// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>

#include "caf/expected.hpp"

#include "troupe/observe/system_snapshot.hpp"

#include "options.hpp"

namespace cli {

using look_function = std::function<caf::expected<troupe::system_snapshot>()>;

/// Shows what children are doing until `q` is pressed, on a terminal; prints it
/// once elsewhere.
///
/// Keys sort: `a` age of the current message, `b` busy share, `w` waiting
/// messages, `r` restarts, `h` handled messages, `p` path. Arrows, page up and
/// page down scroll.
exit_code top(const options& opts, const look_function& look);

} // namespace cli
