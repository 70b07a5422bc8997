// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "caf/error.hpp"

#include "troupe/buffer/buffer_element.hpp"
#include "troupe/buffer/detail/inspect_part.hpp"
#include "troupe/buffer/detail/owned_cell.hpp"
#include "troupe/buffer/frozen_buffer.hpp"

namespace troupe {

/// Elements that belong to one owner at a time, who may change them.
///
/// A message field: who sends a buffer moves it into the message and has an
/// empty one afterwards; who receives it takes a reference and may move from
/// it:
///
///     self->request(worker, caf::infinite, std::move(samples));
///
///     [](owned_buffer<double>& samples) {
///       for (auto& x : samples.span())
///         x *= 2;
///       return std::move(samples);
///     }
///
/// Nothing is copied, be it to an actor of this process or, if the buffer is
/// large enough (see `buffer_options::share_from_bytes`), to a worker process
/// and back. To another node the bytes go, and the sender's memory is freed. As
/// a field of a struct that CAF inspects it always travels as bytes.
///
/// Nothing copies a buffer by accident: `auto y = x` and parameters by value do
/// not compile. CAF however copies a message that several have, such as one
/// that is sent to two actors or kept for a second attempt. All copies have the
/// one buffer in common, and **the first that looks at the elements has it**;
/// the others find an empty buffer without memory. So a message that is tried
/// again because its handler failed comes without the elements if that one had
/// looked at them. What is handed to a node is lost with it; what is handed to
/// a worker process only if its actor had begun with the message.
///
/// Only one thread may use a variable at a time.
template <class T>
class owned_buffer {
  static_assert(buffer_element<T>);

public:
  using value_type = T;

  /// Has no memory.
  owned_buffer() noexcept = default;

  explicit owned_buffer(detail::owned_part x) : handle_(std::move(x)) {
    // nop
  }

  owned_buffer(owned_buffer&&) noexcept = default;
  owned_buffer& operator=(owned_buffer&&) noexcept = default;

  /// For CAF, when it copies a message; see above.
  explicit owned_buffer(const owned_buffer&) noexcept = default;

  ~owned_buffer() = default;

  /// Whether there is memory, be it of no elements.
  explicit operator bool() const {
    return handle_.has_memory();
  }

  size_t size() const {
    return handle_.bytes() / sizeof(T);
  }

  bool empty() const {
    return size() == 0;
  }

  size_t size_bytes() const {
    return handle_.bytes();
  }

  /// Returns the first element, aligned to 64 bytes unless the buffer was split
  /// elsewhere. Takes a lock: not for each element.
  T* data() {
    return reinterpret_cast<T*>(handle_.own().data);
  }

  /// Returns all elements; takes a lock.
  std::span<T> span() {
    auto part = handle_.own();
    return {reinterpret_cast<T*>(part.data), part.bytes / sizeof(T)};
  }

  /// Keeps the first `count` elements, or all if there are not so many, and
  /// returns the others. Both share the memory; what they have is disjoint.
  owned_buffer split_at(size_t count) {
    count = std::min(count, size());
    auto [first, second] = detail::split(take(), count * sizeof(T));
    *this = owned_buffer{std::move(first)};
    return owned_buffer{std::move(second)};
  }

  /// Returns the elements in `parts` buffers of about the same size, in order;
  /// each but the last is a multiple of 64 bytes, so that all are aligned and
  /// no two touch one cache line. The last ones may be empty.
  /// @pre `parts` is not 0.
  std::vector<owned_buffer> split(size_t parts) && {
    constexpr auto unit = detail::segment::alignment / sizeof(T);
    std::vector<owned_buffer> result;
    auto rest = std::move(*this);
    for (; parts > 1; --parts) {
      auto share = (rest.size() + parts - 1) / parts;
      auto next = rest.split_at((share + unit - 1) / unit * unit);
      result.push_back(std::exchange(rest, std::move(next)));
    }
    result.push_back(std::move(rest));
    return result;
  }

  /// Appends the elements of `next`, which must be what followed before the
  /// buffer was split. Copies nothing.
  /// @returns `errc::not_adjacent` if it is not; then nothing changes.
  caf::error join(owned_buffer&& next) {
    auto first = handle_.own();
    auto second = next.handle_.own();
    if (!detail::adjacent(first, second))
      return detail::not_adjacent(first, second);
    first.bytes += second.bytes;
    second.memory.reset();
    auto old = std::pair{take(), next.take()};
    *this = owned_buffer{detail::owned_part{std::move(first)}};
    next = {};
    return {};
  }

  /// Returns the elements for all to read; this buffer has no memory
  /// afterwards. Copies nothing.
  frozen_buffer<T> freeze() && {
    return frozen_buffer<T>{take().release()};
  }

  /// For those who know what memory is.
  const detail::owned_handle& handle() const noexcept {
    return handle_;
  }

private:
  detail::owned_part take() {
    handle_.own();
    return handle_.take();
  }

  detail::owned_handle handle_;
};

/// Shows the number of elements, not the elements.
/// @relates owned_buffer
template <class T>
std::string to_string(const owned_buffer<T>& x) {
  return "owned_buffer of " + std::to_string(x.size());
}

/// Writes the elements, which stay with the buffer.
/// @relates owned_buffer
template <class T>
caf::error inspect(caf::serializer& f, owned_buffer<T>& x) {
  return x.handle().visit([&](const detail::segment_part& part) {
    return detail::save_part(f, part, sizeof(T));
  });
}

/// @relates owned_buffer
template <class T>
caf::error inspect(caf::deserializer& f, owned_buffer<T>& x) {
  detail::segment_part part;
  auto err = detail::load_part(f, part, sizeof(T));
  if (!err)
    x = part.memory ? owned_buffer<T>{detail::owned_part{std::move(part)}}
                    : owned_buffer<T>{};
  return err;
}

} // namespace troupe
