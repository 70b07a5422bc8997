// SPDX-License-Identifier: Apache-2.0

#include "web/asset.hpp"

#include <algorithm>

namespace web {

const asset* find_asset(std::span<const asset> among, std::string_view name) {
  auto i = std::find_if(among.begin(), among.end(),
                        [=](auto& x) { return x.name == name; });
  return i != among.end() ? &*i : nullptr;
}

std::string_view media_type(std::string_view name) {
  auto ends = [name](std::string_view x) { return name.ends_with(x); };
  if (ends(".html"))
    return "text/html; charset=utf-8";
  if (ends(".css"))
    return "text/css; charset=utf-8";
  if (ends(".js"))
    return "text/javascript; charset=utf-8";
  if (ends(".svg"))
    return "image/svg+xml";
  if (ends(".json"))
    return "application/json";
  return "application/octet-stream";
}

} // namespace web
