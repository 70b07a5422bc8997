// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/map_options.hpp"

#include <utility>

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

constexpr size_t largest_batch = 16'777'216;

caf::error wrong(std::string text) {
  return make_error(errc::bad_map_option, "map_options::" + std::move(text));
}

} // namespace

caf::error validate(const map_options& x) {
  if (x.batch_time < 10us || x.batch_time > 1h)
    return wrong("batch_time must be in 10 us to 1 h");
  if (x.max_batch == 0 || x.max_batch > largest_batch)
    return wrong("max_batch must be in 1 to 16777216");
  if (x.time_limit && *x.time_limit < 1us)
    return wrong("time_limit must be at least 1 us");
  if (to_string(x.priority) == "unknown")
    return wrong("priority is none");
  if (x.group.size() > 900)
    return wrong("group is longer than 900 bytes");
  return {};
}

} // namespace troupe
