// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "troupe/observe/observed_event.hpp"

namespace troupe {

/// Counts what it gets, and remembers the last of it. Pure value.
template <class T>
class numbered_log {
public:
  /// @param id Tells it from other logs; not zero.
  /// @pre `max > 0`
  numbered_log(size_t max, uint64_t id) : max_(max), id_(id) {
    // nop
  }

  /// Gives `x` the number `last()`, and returns it as it is kept.
  const T& add(T x) {
    ++last_;
    if (items_.size() >= max_)
      items_.pop_front();
    items_.push_back(std::move(x));
    return items_.back();
  }

  /// Fills `items` of a page with what comes after the last one that the query
  /// knows; with everything if that is none of this log's.
  template <class Page>
  void read(const event_query& what, Page& page,
            std::vector<T> Page::*items) const {
    auto is_other = (what.log != 0 && what.log != id_) || what.after > last_;
    auto after = is_other ? 0 : what.after;
    auto wanted = std::min(last_ - after, what.max);
    auto kept = std::min<uint64_t>(wanted, items_.size());
    (page.*items)
        .assign(items_.end() - static_cast<ptrdiff_t>(kept), items_.end());
    page.lost = last_ - after - kept;
    page.log = id_;
  }

  uint64_t last() const noexcept {
    return last_;
  }

private:
  size_t max_;
  uint64_t id_;
  uint64_t last_ = 0;
  std::deque<T> items_;
};

} // namespace troupe
