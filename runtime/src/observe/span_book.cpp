// SPDX-License-Identifier: Apache-2.0

#include "observe/span_book.hpp"

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
  spans_.add(std::move(x));
}

trace_page span_book::page(const event_query& what) const {
  std::lock_guard guard{mtx_};
  trace_page result{.last = spans_.last()};
  spans_.read(what, result, &trace_page::spans);
  return result;
}

caf::behavior span_collector(caf::event_based_actor*,
                             std::shared_ptr<span_book> book) {
  return {[book = std::move(book)](trace_span& x) { book->add(std::move(x)); }};
}

} // namespace troupe
