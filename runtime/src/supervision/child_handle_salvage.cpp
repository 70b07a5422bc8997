// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

#include "caf/message_id.hpp"
#include "caf/timestamp.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/exit_kind.hpp"
#include "troupe/scheduling/cell.hpp"

#include "supervision/child_handle.hpp"
#include "supervision/envelopes.hpp"
#include "supervision/handle_report.hpp"
#include "supervision/handle_state.hpp"
#include "supervision/in_flight.hpp"
#include "supervision/kept_envelope.hpp"
#include "supervision/waiting_room.hpp"

namespace troupe {

namespace {

in_flight_facts facts_of(const salvage& found, const kept_envelope* kept) {
  auto& x = *found.in_work;
  auto what = !is_users(x)         ? in_flight_facts::kind::other
              : x.mid.is_request() ? in_flight_facts::kind::request
                                   : in_flight_facts::kind::plain;
  return {.what = what,
          .end = kind_of(found.reason),
          .threw = found.threw,
          // An answer or a promise of one takes the sender out.
          .answered = x.mid.is_request()
                      && (x.mid.is_answered() || x.sender == nullptr),
          .kept = kept != nullptr,
          .failures = kept != nullptr ? kept->history().size() : 0};
}

} // namespace

std::optional<uint64_t>
child_handle::generation_of(const caf::actor_control_block* cell) const {
  std::lock_guard guard{lock_};
  auto now = current_.load(std::memory_order_relaxed);
  if (handle_state::has_actor(now) && handle_state::actor(now) == cell)
    return uint64_t{generation_};
  if (room_ != nullptr)
    for (auto& [x, generation] : room_->given_up)
      if (x.get() == cell)
        return generation;
  return std::nullopt;
}

void child_handle::salvaged(salvage& found) {
  auto known = generation_of(found.self);
  // One that ends before it is bound has got nothing from here.
  if (!known)
    return;
  auto generation = *known;
  std::vector<caf::mailbox_element_ptr> rest;
  auto in_work = see_to_in_work(generation, found, rest);
  handle_report discarded{.what = handle_notice::discarded,
                          .generation = generation,
                          .messages = 0,
                          .reason = found.reason};
  for (auto& x : found.waiting) {
    // What an actor sends itself belongs to it, like its timers.
    if (!is_users(*x) || x->sender.get() == found.self)
      continue;
    if (mailbox() == mailbox_policy::keep) {
      rest.push_back(std::move(x));
      continue;
    }
    ++discarded.messages;
    answer(x->sender, x->mid, found.reason);
    x.reset();
  }
  caf::strong_actor_ptr incarnation;
  {
    std::lock_guard guard{lock_};
    auto now = current_.load(std::memory_order_relaxed);
    if (now == handle_state::closed) {
      // Left to the cell, which answers the requests.
      std::move(rest.begin(), rest.end(), std::back_inserter(found.waiting));
      return;
    }
    count(in_work, discarded.messages, rest.size());
    if (handle_state::has_actor(now)
        && handle_state::actor(now) == found.self) {
      incarnation = handle_state::actor(now);
      current_.store(handle_state::ended(incarnation.get()),
                     std::memory_order_release);
      if (!rest.empty())
        room().queue.put_salvaged(std::exchange(rest, {}));
    } else if (room_ != nullptr) {
      std::erase_if(room_->given_up,
                    [&](auto& x) { return x.first.get() == found.self; });
    }
  }
  // Of an incarnation that was given up: there is a newer one, which may have
  // got later messages of the same senders already.
  for (auto& x : rest)
    hand_on(std::move(x), nullptr, bound::lifted);
  if (in_work)
    report(std::move(*in_work), incarnation);
  if (discarded.messages > 0)
    report(std::move(discarded), incarnation);
}

std::optional<handle_report>
child_handle::see_to_in_work(uint64_t generation, salvage& found,
                             std::vector<caf::mailbox_element_ptr>& rest) {
  if (found.in_work == nullptr)
    return std::nullopt;
  auto kept = kept_envelope::from(found.in_work);
  auto facts = facts_of(found, kept);
  auto verdict = decide({.policy = in_flight(), .retries = retries_}, facts);
  if (verdict == in_flight_verdict::done)
    return std::nullopt;
  found.in_work_taken = verdict != in_flight_verdict::answer;
  handle_report result{.what = handle_notice::in_flight_lost,
                       .generation = generation,
                       .attempts = facts.failures + 1,
                       .reason = found.reason};
  message_failure failure{generation, found.reason, caf::make_timestamp()};
  if (verdict == in_flight_verdict::retry) {
    result.what = handle_notice::in_flight_retried;
    rest.push_back(kept->again(std::move(failure)));
  } else if (verdict == in_flight_verdict::quarantine) {
    result.what = handle_notice::in_flight_quarantined;
    result.message = kept->quarantined(std::move(failure));
    answer(kept->origin(), kept->original_mid(),
           make_error(errc::quarantined, describe(found.reason)));
  }
  return result;
}

void child_handle::count(const std::optional<handle_report>& in_work,
                         uint64_t discarded, uint64_t kept) {
  if (!in_work && discarded == 0 && kept == 0)
    return;
  auto& counters = room().counters;
  counters.discarded += discarded;
  counters.salvaged += kept;
  if (!in_work)
    return;
  switch (in_work->what) {
    case handle_notice::in_flight_retried:
      ++counters.retried;
      break;
    case handle_notice::in_flight_quarantined:
      ++counters.quarantined;
      break;
    default:
      ++counters.lost_in_flight;
      break;
  }
}

} // namespace troupe
