// SPDX-License-Identifier: Apache-2.0

#include "buffer/reclaim_buffers.hpp"

#include <cstddef>
#include <cstdint>

#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/owned_buffer.hpp"

namespace troupe {

namespace {

template <class T>
void reclaim(const caf::type_erased_tuple& xs, size_t i) {
  if (!xs.match_element<owned_buffer<T>>(i))
    return;
  if (auto& cell = xs.get_as<owned_buffer<T>>(i).handle().cell())
    cell->reclaim();
}

template <class... Ts>
void reclaim_any(const caf::type_erased_tuple& xs, size_t i) {
  (reclaim<Ts>(xs, i), ...);
}

} // namespace

void reclaim_buffers(const caf::type_erased_tuple& message) {
  for (size_t i = 0; i < message.size(); ++i)
    reclaim_any<float, double, int32_t, int64_t, uint8_t, uint16_t, uint32_t,
                uint64_t, std::byte>(message, i);
}

} // namespace troupe
