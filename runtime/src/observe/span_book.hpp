// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

#include "troupe/observe/observed_event.hpp"
#include "troupe/observe/trace_page.hpp"

namespace troupe {

/// Remembers the last spans. Thread-safe.
class span_book {
public:
  /// @param id Tells it from other books; not zero.
  /// @pre `max > 0`
  span_book(size_t max, uint64_t id) : max_(max), id_(id) {
    // nop
  }

  void add(trace_span x);

  /// As `event_log::page`.
  trace_page page(const event_query& what) const;

private:
  const size_t max_;
  const uint64_t id_;
  mutable std::mutex mtx_;
  uint64_t last_ = 0;
  std::deque<trace_span> spans_;
};

/// Puts all spans that it gets into a book.
caf::behavior span_collector(caf::event_based_actor* self,
                             std::shared_ptr<span_book> book);

} // namespace troupe
