// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "troupe/config.hpp"

namespace troupe {

/// Registers the actors that benchmarks start in worker processes.
void add_bench_actors(config& cfg);

} // namespace troupe
