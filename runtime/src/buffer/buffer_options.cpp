// SPDX-License-Identifier: Apache-2.0

#include "troupe/buffer/buffer_options.hpp"

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "base/quantity.hpp"
#include "buffer/buffer_limits.hpp"

namespace troupe {

namespace {

caf::error check_bytes(const char* name, uint64_t x, uint64_t min) {
  auto max = buffer_limits::max_bytes;
  if (x >= min && x <= max)
    return {};
  return make_error(errc::invalid_option,
                    fmt::format("{} is {}, must be {} to {}", name, x,
                                format_bytes(min), format_bytes(max)));
}

} // namespace

caf::error validate(const buffer_options& x) {
  if (auto err =
          check_bytes("max_bytes", x.max_bytes, buffer_limits::min_max_bytes))
    return err;
  if (auto err = check_bytes("cache_bytes", x.cache_bytes, 0))
    return err;
  if (auto err = check_bytes("share_from_bytes", x.share_from_bytes,
                             buffer_limits::min_share_from_bytes))
    return err;
  if (x.max_shared > buffer_limits::max_shared)
    return make_error(errc::invalid_option,
                      fmt::format("max_shared is {}, must be 0 to {}",
                                  x.max_shared, buffer_limits::max_shared));
  return {};
}

} // namespace troupe
