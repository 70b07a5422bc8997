// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "troupe/config.hpp"

namespace troupe::test {

/// Runs three actors in worker processes, one of which ignores SIGTERM, and two
/// that are kept ready; prints the ids of the three and waits to be killed.
int doomed_host(config& cfg);

} // namespace troupe::test
