// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "report.hpp"

namespace bench {

/// Draws the ratios as horizontal bars on a logarithmic scale, as SVG.
std::string to_svg(const std::vector<ratio>& xs);

} // namespace bench
