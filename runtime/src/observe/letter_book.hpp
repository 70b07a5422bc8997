// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

#include "troupe/observe/letter_page.hpp"
#include "troupe/observe/observed_event.hpp"
#include "troupe/scheduling/dead_letter.hpp"

namespace troupe {

/// Counts dead letters, and remembers the last ones of a sample. Thread-safe.
class letter_book {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Of the letters of one second, so many are remembered.
  static constexpr size_t sample_per_second = 100;

  /// @pre `max > 0`
  explicit letter_book(size_t max) : max_(max) {
    // nop
  }

  void add(const dead_letter& x, time_point now);

  letter_page page(const event_query& what) const;

  uint64_t total() const;

private:
  mutable std::mutex mtx_;
  size_t max_;
  uint64_t total_ = 0;
  std::map<std::string, uint64_t> counts_;
  std::deque<observed_letter> letters_;
  time_point second_ = {};
  size_t in_second_ = 0;
};

/// Puts all dead letters that it gets into a book.
caf::behavior letter_collector(caf::event_based_actor* self,
                               std::shared_ptr<letter_book> book);

} // namespace troupe
