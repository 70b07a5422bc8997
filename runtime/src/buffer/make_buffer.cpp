// SPDX-License-Identifier: Apache-2.0

#include "troupe/buffer/make_buffer.hpp"

#include <limits>
#include <utility>

#include "caf/actor_system.hpp"

namespace troupe::detail {

caf::expected<segment_part> new_part(buffer_pool& pool, size_t count,
                                     size_t element_bytes) {
  auto max = std::numeric_limits<size_t>::max();
  // What does not fit the type is too large for every pool.
  auto bytes = count > max / element_bytes ? max : count * element_bytes;
  auto memory = pool.allocate(bytes);
  if (!memory)
    return std::move(memory.error());
  auto data = (*memory)->data();
  return segment_part{std::move(*memory), data, bytes};
}

caf::expected<segment_part> new_part(const caf::actor_system& sys, size_t count,
                                     size_t element_bytes) {
  if (auto pool = buffer_pool_of(sys))
    return new_part(*pool, count, element_bytes);
  // Buffers may outlive their pool.
  buffer_pool own;
  return new_part(own, count, element_bytes);
}

bool is_alone(const segment_part& x) {
  if (!x.memory || x.memory->read_only())
    return false;
  // To give up the copy sees all that others did before they gave up theirs.
  auto copy = x.memory;
  auto result = copy.use_count() == 2;
  copy.reset();
  return result;
}

} // namespace troupe::detail
