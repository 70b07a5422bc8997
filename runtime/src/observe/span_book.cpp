// SPDX-License-Identifier: Apache-2.0

#include "observe/span_book.hpp"

#include <algorithm>
#include <utility>

#include "caf/event_based_actor.hpp"

#include "troupe/observe/plain_text.hpp"

namespace troupe {

namespace {

constexpr size_t max_name_bytes = 100;
constexpr size_t max_error_bytes = 300;

} // namespace

void span_book::add(trace_span x) {
  x.name = plain_text(x.name, max_name_bytes);
  x.actor = plain_text(x.actor, max_name_bytes);
  x.error = plain_text(x.error, max_error_bytes);
  std::lock_guard guard{mtx_};
  ++last_;
  if (spans_.size() >= max_)
    spans_.pop_front();
  spans_.push_back(std::move(x));
}

trace_page span_book::page(const event_query& what) const {
  std::lock_guard guard{mtx_};
  trace_page result{.last = last_, .log = id_};
  auto is_other = (what.log != 0 && what.log != id_) || what.after > last_;
  auto after = is_other ? 0 : what.after;
  auto wanted = std::min(last_ - after, what.max);
  auto kept = std::min<uint64_t>(wanted, spans_.size());
  auto first = spans_.end() - static_cast<ptrdiff_t>(kept);
  result.spans.assign(first, spans_.end());
  result.lost = last_ - after - kept;
  return result;
}

caf::behavior span_collector(caf::event_based_actor*,
                             std::shared_ptr<span_book> book) {
  return {[book = std::move(book)](trace_span& x) { book->add(std::move(x)); }};
}

} // namespace troupe
