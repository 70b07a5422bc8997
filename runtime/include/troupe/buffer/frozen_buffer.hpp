// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "caf/error.hpp"
#include "caf/fwd.hpp"

#include "troupe/buffer/buffer_element.hpp"
#include "troupe/buffer/detail/inspect_part.hpp"
#include "troupe/buffer/detail/segment.hpp"

namespace troupe {

/// Elements that nobody changes any more, shared by all copies of the buffer.
///
/// A message field: to an actor of this process goes a pointer, to a worker
/// process the memory itself if it is large enough (see
/// `buffer_options::share_from_bytes`), to another node the bytes. As a field
/// of a struct that CAF inspects it always travels as bytes.
///
/// The memory lives as long as any buffer that shows a part of it. Copies are
/// cheap; several threads may have some each.
template <class T>
class frozen_buffer {
  static_assert(buffer_element<T>);

public:
  using value_type = T;

  /// Shows no elements.
  frozen_buffer() noexcept = default;

  /// @pre Nobody writes to `x`, and it consists of whole elements.
  explicit frozen_buffer(detail::segment_part x) noexcept
      : part_(std::move(x)) {
    // nop
  }

  /// Whether there is memory, be it of no elements.
  explicit operator bool() const noexcept {
    return part_.memory != nullptr;
  }

  size_t size() const noexcept {
    return part_.bytes / sizeof(T);
  }

  bool empty() const noexcept {
    return part_.bytes == 0;
  }

  size_t size_bytes() const noexcept {
    return part_.bytes;
  }

  /// Aligned to 64 bytes, unless this is a slice.
  const T* data() const noexcept {
    return reinterpret_cast<const T*>(part_.data);
  }

  const T& operator[](size_t i) const noexcept {
    return data()[i];
  }

  std::span<const T> span() const noexcept {
    return {data(), size()};
  }

  operator std::span<const T>() const noexcept {
    return span();
  }

  /// Returns a buffer that shows `count` elements from `from` on, as far as
  /// there are any, and shares the memory.
  frozen_buffer slice(size_t from, size_t count) const {
    from = std::min(from, size());
    count = std::min(count, size() - from);
    auto part = part_;
    part.data += from * sizeof(T);
    part.bytes = count * sizeof(T);
    return frozen_buffer{std::move(part)};
  }

  /// For those who know what memory is.
  const detail::segment_part& part() const noexcept {
    return part_;
  }

private:
  detail::segment_part part_;
};

/// Shows the number of elements, not the elements.
/// @relates frozen_buffer
template <class T>
std::string to_string(const frozen_buffer<T>& x) {
  return "frozen_buffer of " + std::to_string(x.size());
}

/// Writes the elements.
/// @relates frozen_buffer
template <class T>
caf::error inspect(caf::serializer& f, frozen_buffer<T>& x) {
  return detail::save_part(f, x.part(), sizeof(T));
}

/// @relates frozen_buffer
template <class T>
caf::error inspect(caf::deserializer& f, frozen_buffer<T>& x) {
  detail::segment_part part;
  auto err = detail::load_part(f, part, sizeof(T));
  if (!err)
    x = frozen_buffer<T>{std::move(part)};
  return err;
}

} // namespace troupe
