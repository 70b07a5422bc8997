// SPDX-License-Identifier: Apache-2.0

#include "troupe/buffer/detail/owned_cell.hpp"

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace troupe::detail {

bool owned_handle::has_memory() const {
  return visit([](const segment_part& x) { return x.memory != nullptr; });
}

size_t owned_handle::bytes() const {
  return visit([](const segment_part& x) { return x.bytes; });
}

segment_part owned_handle::own() {
  if (!cell_)
    return {};
  // Copies of the same message have it as well; only one of them gets it.
  if (cell_.use_count() > 1)
    cell_ = std::make_shared<owned_cell>(cell_->take());
  return cell_->peek();
}

owned_part owned_handle::take() const {
  return cell_ ? cell_->take() : owned_part{};
}

std::pair<owned_part, owned_part> split(owned_part x, size_t bytes) {
  auto first = x.get();
  auto second = first;
  first.bytes = bytes;
  second.data += bytes;
  second.bytes -= bytes;
  return {owned_part{std::move(first)}, owned_part{std::move(second)}};
}

bool adjacent(const segment_part& x, const segment_part& y) noexcept {
  return x.memory != nullptr && x.memory == y.memory
         && x.data + x.bytes == y.data;
}

caf::error not_adjacent(const segment_part& x, const segment_part& y) {
  return make_error(errc::not_adjacent,
                    fmt::format("{} bytes cannot be joined with {} that are "
                                "{}",
                                x.bytes, y.bytes,
                                x.memory != nullptr && x.memory == y.memory
                                    ? "not the next ones"
                                    : "of other memory"));
}

} // namespace troupe::detail
