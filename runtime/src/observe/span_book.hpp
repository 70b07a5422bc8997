// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

#include "troupe/observe/observed_event.hpp"
#include "troupe/observe/trace_page.hpp"

#include "observe/numbered_log.hpp"

namespace troupe {

/// Remembers the last spans. Thread-safe.
class span_book {
public:
  /// @param id Tells it from other books; not zero.
  /// @pre `max > 0`
  span_book(size_t max, uint64_t id) : spans_(max, id) {
    // nop
  }

  void add(trace_span x);

  /// Returns what comes after the last span of the query.
  trace_page page(const event_query& what) const;

private:
  mutable std::mutex mtx_;
  numbered_log<trace_span> spans_;
};

/// Puts all spans that it gets into a book.
caf::behavior span_collector(caf::event_based_actor* self,
                             std::shared_ptr<span_book> book);

} // namespace troupe
