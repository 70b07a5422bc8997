// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "troupe/actors/tsp.hpp"

#include "common/line_plot.hpp"
#include "common/page.hpp"
#include "options.hpp"
#include "search.hpp"

namespace genetic {

/// Returns the search as a page for people.
std::string report(const outcome& x, const options& opts, app::colours c);

/// Returns the search as one JSON object without a line break. The keys are
/// listed in `--help`.
std::string to_json(const outcome& x, const troupe::tsp& problem,
                    const options& opts, size_t workers, uint64_t restarts);

/// Returns the tour as a TSPLIB file.
std::string to_tsplib(const outcome& x, const troupe::tsp& problem);

/// Returns the lengths over the generations.
app::line_plot convergence(const outcome& x, const troupe::tsp& problem);

/// Returns the tour as a map.
app::line_plot map(const outcome& x, const troupe::tsp& problem);

} // namespace genetic
