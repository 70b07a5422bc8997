// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <span>
#include <string_view>

namespace web {

/// A file that was put into the program, see `troupe_embed` in
/// apps/CMakeLists.txt.
struct asset {
  std::string_view name;
  std::string_view content;
};

/// Returns null if there is none of that name.
const asset* find_asset(std::span<const asset> among, std::string_view name);

/// Returns the media type for a file's name, such as `text/css` for one that
/// ends with `.css`.
std::string_view media_type(std::string_view name);

} // namespace web
