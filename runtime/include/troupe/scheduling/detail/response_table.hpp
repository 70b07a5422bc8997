// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "caf/behavior.hpp"
#include "caf/message_id.hpp"

namespace troupe::detail {

/// Handlers of the responses that an actor waits for, by the id of the
/// response.
///
/// CAF keeps them in a list that it searches from the front, which takes longer
/// than all the rest once there are hundreds. A hash table with linear probing
/// and without tombstones.
class response_table {
public:
  bool empty() const noexcept {
    return size_ == 0;
  }

  size_t size() const noexcept {
    return size_;
  }

  /// Adds `f` under `id`.
  /// @pre There is none under `id`.
  void insert(caf::message_id id, caf::behavior f) {
    if ((size_ + 1) * 4 > slots_.size() * 3)
      rehash(slots_.empty() ? 64 : slots_.size() * 2);
    place(id.integer_value(), std::move(f));
    ++size_;
  }

  /// Takes the handler under `id` out into `f`.
  bool extract(caf::message_id id, caf::behavior& f) {
    if (size_ == 0)
      return false;
    auto key = id.integer_value();
    for (auto i = home(key); slots_[i].second; i = next(i))
      if (slots_[i].first == key) {
        f = std::move(slots_[i].second);
        close_gap(i);
        return true;
      }
    return false;
  }

  /// Takes any one handler out.
  /// @pre There is one.
  std::pair<caf::message_id, caf::behavior> extract_any() {
    auto i = cursor_ & (slots_.size() - 1);
    while (!slots_[i].second)
      i = next(i);
    cursor_ = i;
    std::pair result{caf::message_id{slots_[i].first},
                     std::move(slots_[i].second)};
    close_gap(i);
    return result;
  }

  void clear() {
    slots_ = {};
    size_ = 0;
  }

private:
  /// The handler is empty where there is none.
  using slot = std::pair<uint64_t, caf::behavior>;

  /// Fibonacci hashing, since ids count up: a long run of used slots would make
  /// every removal look through it.
  size_t home(uint64_t key) const noexcept {
    auto hash = (key * 0x9E37'79B9'7F4A'7C15) >> 32;
    return hash & (slots_.size() - 1);
  }

  size_t next(size_t i) const noexcept {
    return (i + 1) & (slots_.size() - 1);
  }

  void place(uint64_t key, caf::behavior&& f) {
    auto i = home(key);
    while (slots_[i].second)
      i = next(i);
    slots_[i] = {key, std::move(f)};
  }

  void rehash(size_t capacity) {
    auto old = std::exchange(slots_, std::vector<slot>(capacity));
    for (auto& [key, f] : old)
      if (f)
        place(key, std::move(f));
  }

  /// Moves elements up so that all are still found though slot `gap` is empty.
  void close_gap(size_t gap) {
    slots_[gap].second = {};
    --size_;
    auto mask = slots_.size() - 1;
    for (auto i = next(gap); slots_[i].second; i = next(i)) {
      auto from_home = (i - home(slots_[i].first)) & mask;
      if (from_home >= ((i - gap) & mask)) {
        slots_[gap] = std::move(slots_[i]);
        slots_[i].second = {};
        gap = i;
      }
    }
    if (size_ == 0 && slots_.size() > 4096)
      slots_ = {};
  }

  std::vector<slot> slots_;
  size_t size_ = 0;
  /// Where to look for any handler first.
  size_t cursor_ = 0;
};

} // namespace troupe::detail
