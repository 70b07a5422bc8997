// SPDX-License-Identifier: Apache-2.0

#include "troupe/buffer/detail/inspect_part.hpp"

#include <optional>
#include <utility>

#include "caf/execution_unit.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/buffer/buffer_pool.hpp"

namespace troupe::detail {

namespace {

/// Memory for who has no system at hand; buffers may outlive their pool.
caf::expected<segment_ptr> allocate(caf::execution_unit* context,
                                    size_t bytes) {
  auto pool = context != nullptr ? buffer_pool_of(context->system()) : nullptr;
  return pool != nullptr ? pool->allocate(bytes)
                         : buffer_pool{}.allocate(bytes);
}

} // namespace

caf::error save_part(caf::serializer& to, const segment_part& x, size_t) {
  bool has_memory = x.memory != nullptr;
  // A number of bytes: it tells the reader how many must follow at least.
  auto bytes = x.bytes;
  return caf::error::eval([&] { return to.apply(has_memory); },
                          [&] { return to.begin_sequence(bytes); },
                          [&] { return to.apply_raw(bytes, x.data); },
                          [&] { return to.end_sequence(); });
}

caf::error load_part(caf::deserializer& from, segment_part& result,
                     size_t element_bytes) {
  auto has_memory = false;
  size_t bytes = 0;
  if (auto err = caf::error::eval([&] { return from.apply(has_memory); },
                                  [&] { return from.begin_sequence(bytes); }))
    return err;
  if (bytes % element_bytes != 0 || (bytes != 0 && !has_memory))
    return make_error(errc::bad_payload, "a buffer has half an element");
  segment_part part;
  if (has_memory) {
    // Costs no memory until it is filled, which begins once all is there.
    auto memory = allocate(from.context(), bytes);
    if (!memory)
      return std::move(memory.error());
    part = {*memory, (*memory)->data(), bytes};
    if (auto err = from.apply_raw(bytes, part.data))
      return err;
  }
  if (auto err = from.end_sequence())
    return err;
  result = std::move(part);
  return {};
}

} // namespace troupe::detail
