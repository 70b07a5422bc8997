// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe {

/// Returns `x` fit for one line on any terminal or page: valid UTF-8 without
/// control characters, and without those that change the direction of text.
/// They are escaped, as in `\n`, `\x1b` or `\u202e`; so are bytes that are no
/// UTF-8. Of a text that is longer than `max_bytes` only the beginning is kept,
/// and `...` follows.
std::string plain_text(std::string_view x, size_t max_bytes = 4'000);

} // namespace troupe
