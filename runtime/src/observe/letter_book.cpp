// SPDX-License-Identifier: Apache-2.0

#include "observe/letter_book.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "caf/event_based_actor.hpp"

#include "observe/error_word.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/observe/plain_text.hpp"

namespace troupe {

namespace {

constexpr size_t max_text_bytes = 300;

std::string name_of(caf::actor_id x, const std::string& node) {
  if (x == caf::invalid_actor_id)
    return {};
  return node.empty() ? fmt::format("actor {}", x)
                      : fmt::format("actor {} of {}", x, plain_text(node));
}

} // namespace

void letter_book::add(const dead_letter& x, time_point now) {
  std::lock_guard guard{mtx_};
  ++total_;
  auto word = error_word(x.reason);
  ++counts_[word];
  if (now - second_ >= std::chrono::seconds{1}) {
    second_ = now;
    in_second_ = 0;
  }
  if (++in_second_ > sample_per_second)
    return;
  if (letters_.size() >= max_)
    letters_.pop_front();
  letters_.push_back({.number = total_,
                      .time = caf::make_timestamp(),
                      .reason = std::move(word),
                      .from = name_of(x.sender, {}),
                      .to = name_of(x.receiver, x.peer),
                      .message = plain_text(x.content, max_text_bytes)});
}

letter_page letter_book::page(const event_query& what) const {
  std::lock_guard guard{mtx_};
  letter_page result;
  auto first = std::find_if(letters_.begin(), letters_.end(),
                            [&](auto& x) { return x.number > what.after; });
  auto count = static_cast<uint64_t>(letters_.end() - first);
  if (count > what.max)
    first += static_cast<ptrdiff_t>(count - what.max);
  result.letters.assign(first, letters_.end());
  for (auto& [word, n] : counts_)
    result.counts.push_back({word, n});
  return result;
}

uint64_t letter_book::total() const {
  std::lock_guard guard{mtx_};
  return total_;
}

caf::behavior letter_collector(caf::event_based_actor*,
                               std::shared_ptr<letter_book> book) {
  return {[book = std::move(book)](const dead_letter& x) {
    book->add(x, letter_book::time_point::clock::now());
  }};
}

} // namespace troupe
