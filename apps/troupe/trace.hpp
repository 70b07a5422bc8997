// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "options.hpp"
#include "window.hpp"

namespace cli {

/// Prints the traces of one node, or of all, or exports their spans; goes on
/// with those that come if it is to follow, until Ctrl-C or until no node
/// answers any more.
exit_code show_traces(const options& opts, window& from);

} // namespace cli
