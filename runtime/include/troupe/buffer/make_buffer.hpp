// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "caf/expected.hpp"
#include "caf/fwd.hpp"

#include "troupe/buffer/buffer_pool.hpp"
#include "troupe/buffer/frozen_buffer.hpp"
#include "troupe/buffer/owned_buffer.hpp"

namespace troupe {

namespace detail {

/// Returns `count` times `element_bytes` of new memory.
caf::expected<segment_part> new_part(buffer_pool& pool, size_t count,
                                     size_t element_bytes);

/// Does the same with the system's pool.
caf::expected<segment_part> new_part(const caf::actor_system& sys, size_t count,
                                     size_t element_bytes);

/// Whether nobody but `x` has the memory, and it may be written to.
bool is_alone(const segment_part& x);

} // namespace detail

/// Makes a buffer of `size` elements, whose values may be anything.
/// @param from A `buffer_pool`, or the actor system whose pool it is.
/// @returns `errc::buffer_too_large`, or `errc::no_buffer_memory` if the system
///          refuses.
/// @relates owned_buffer
template <class T, class From>
caf::expected<owned_buffer<T>> make_buffer(From& from, size_t size) {
  auto part = detail::new_part(from, size, sizeof(T));
  if (!part)
    return std::move(part.error());
  return owned_buffer<T>{detail::owned_part{std::move(*part)}};
}

/// Makes a buffer with copies of `xs`.
/// @returns errors as `make_buffer` does.
/// @relates owned_buffer
template <class T, class From>
caf::expected<owned_buffer<T>> copy_to_buffer(From& from,
                                              std::span<const T> xs) {
  auto result = make_buffer<T>(from, xs.size());
  if (result)
    std::copy(xs.begin(), xs.end(), result->data());
  return result;
}

/// Makes the elements of `x` changeable. Without a copy if nothing else shares
/// the memory and no other process has it.
/// @returns errors as `make_buffer` does.
/// @relates frozen_buffer
template <class T, class From>
caf::expected<owned_buffer<T>> thaw(From& from, frozen_buffer<T>&& x) {
  auto last = std::move(x);
  x = {};
  if (detail::is_alone(last.part()))
    return owned_buffer<T>{detail::owned_part{last.part()}};
  return copy_to_buffer<T>(from, last.span());
}

} // namespace troupe
