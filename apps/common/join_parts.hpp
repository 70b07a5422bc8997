// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "caf/actor_system.hpp"
#include "caf/expected.hpp"

#include "troupe/buffer/make_buffer.hpp"

namespace app {

/// Joins the parts of a buffer in their order, or copies them to a new one if
/// some have come from elsewhere.
/// @returns an error if there is no memory.
/// @pre `parts` is not empty; they have `size` elements together.
template <class T>
caf::expected<troupe::owned_buffer<T>>
join_parts(caf::actor_system& sys, std::vector<troupe::owned_buffer<T>> parts,
           size_t size) {
  auto result = std::move(parts.front());
  size_t next = 1;
  while (next < parts.size() && !result.join(std::move(parts[next])))
    ++next;
  if (next == parts.size())
    return result;
  auto made = troupe::make_buffer<T>(sys, size);
  if (!made)
    return made;
  auto to = made->span().begin();
  auto copy = [&](troupe::owned_buffer<T>& x) {
    to = std::copy(x.span().begin(), x.span().end(), to);
  };
  copy(result);
  for (; next < parts.size(); ++next)
    copy(parts[next]);
  return made;
}

} // namespace app
