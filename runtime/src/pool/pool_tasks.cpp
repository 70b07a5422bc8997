// SPDX-License-Identifier: Apache-2.0

#include "pool/pool_impl.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "caf/atom.hpp"
#include "caf/timestamp.hpp"
#include "caf/unit.hpp"

#include "base/later.hpp"
#include "port/payload_text.hpp"
#include "troupe/base/errc.hpp"

// The part of `pool::impl` that knows what senders want for their tasks.

namespace troupe {

namespace {

using namespace std::chrono_literals;

/// FNV-1a, which is the same on each node.
uint64_t hash_of(std::string_view x) {
  uint64_t result = 0xcbf29ce484222325;
  for (auto c : x)
    result = (result ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return result;
}

bool is_in_group(std::string_view x, std::string_view group) {
  return x.starts_with(group)
         && (x.size() == group.size() || x[group.size()] == '/');
}

caf::error no_message(uint64_t number) {
  return make_error(errc::unknown_message,
                    fmt::format("no message {} is in quarantine", number));
}

} // namespace

void pool::impl::task_with_options_arrived(stored_task task) {
  auto options = task.content.get_as<task_options>(0);
  auto err = validate(options);
  if (!err && task.content.size() == 1)
    err = make_error(errc::bad_task_option,
                     "there is no message behind the task_options");
  if (err) {
    task.origin.answer(self_ptr(), caf::make_message(std::move(err)),
                       context());
    return;
  }
  task.content = task.content.drop(1);
  task.group = std::move(options.group);
  if (options.to != spread::one) {
    scatter(std::move(task), options);
    return;
  }
  task_traits traits{.priority = options.priority};
  if (options.max_attempts)
    traits.max_attempts = *options.max_attempts;
  if (options.time_limit)
    traits.deadline = later(now(), *options.time_limit);
  if (!options.key.empty())
    traits.hash = hash_of(options.key);
  auto key = tasks_.add(std::move(task));
  dispatch_.submit(key, traits, now());
}

void pool::impl::scatter(stored_task task, const task_options& options) {
  auto slots = dispatch_.serving();
  std::optional<caf::error> refusal;
  if (exit_reason_)
    refusal = make_error(errc::pool_stopped, "the pool was told to stop");
  else if (slots.empty())
    refusal = make_error(errc::no_workers, "no worker is up");
  else if (options.to == spread::quorum && slots.size() < options.quorum)
    refusal = make_error(errc::quorum_lost,
                         fmt::format("{} workers are up, {} were wanted",
                                     slots.size(), options.quorum));
  else if (options.to == spread::all)
    refusal = dispatch_.refuse_scattered(slots, slots.size());
  else if (options.to == spread::quorum)
    refusal = dispatch_.refuse_scattered(slots, options.quorum);
  if (refusal) {
    task.origin.answer(self_ptr(), caf::make_message(std::move(*refusal)),
                       context());
    return;
  }
  auto number = ++last_gathering_;
  auto& gathered = gatherings_
                       .emplace(number, gathering{std::move(task.origin),
                                                  options.to, options.quorum})
                       .first->second;
  task_traits traits{.priority = options.priority};
  if (options.time_limit)
    traits.deadline = later(now(), *options.time_limit);
  std::vector<task_key> copies;
  for (size_t i = 0; i < slots.size(); ++i) {
    copies.push_back(tasks_.add({.content = task.content,
                                 .group = task.group,
                                 .gathering = number,
                                 .trace = task.trace}));
    gathered.add(copies.back());
  }
  for (size_t i = 0; i < slots.size(); ++i)
    dispatch_.submit_to(slots[i], copies[i], traits, now());
}

size_t pool::impl::cancel(const std::string& group) {
  if (group.empty())
    return 0;
  std::unordered_set<task_key> named;
  tasks_.for_each([&](task_key key, const stored_task& x) {
    if (is_in_group(x.group, group))
      named.insert(key);
  });
  auto result = dispatch_.cancel(named, now());
  perform();
  return result;
}

void pool::impl::answer(task_key x, caf::strong_actor_ptr from,
                        caf::message reply) {
  forget_withheld(x);
  stored_task task;
  if (dispatch_.lingers(x)) {
    // The number and the request stay with the worker's copy.
    auto& kept = tasks_.at(x);
    task.origin = std::move(kept.origin);
    task.gathering = kept.gathering;
    kept.origin = {};
    kept.content = {};
    kept.group.clear();
    kept.gathering = std::nullopt;
  } else {
    task = take_out(x);
  }
  if (task.gathering)
    answer_copy(*task.gathering, x, std::move(reply));
  else
    task.origin.answer(std::move(from), std::move(reply), context());
}

void pool::impl::answer_copy(uint64_t number, task_key x, caf::message reply) {
  auto i = gatherings_.find(number);
  if (i == gatherings_.end())
    return;
  auto result = i->second.take(x, std::move(reply));
  if (!result)
    return;
  auto gathered = std::move(i->second);
  gatherings_.erase(i);
  gathered.origin().answer(self_ptr(), std::move(*result), context());
  dispatch_.cancel({gathered.open().begin(), gathered.open().end()}, now());
}

// -- quarantine ---------------------------------------------------------------

void pool::impl::set_aside(const stored_task& x,
                           const std::vector<task_loss>& history) {
  quarantined_message result;
  result.sender = x.origin.sender;
  result.text = port::payload_text(x.content);
  result.payload = x.content;
  result.is_request = x.origin.mid.is_request();
  for (auto& loss : history) {
    result.child = fmt::format("worker {}", loss.who.slot);
    auto time = caf::make_timestamp()
                - std::chrono::duration_cast<caf::timespan>(now() - loss.time);
    result.history.push_back({loss.who.generation, loss.reason, time});
  }
  quarantine_.add(std::move(result));
}

caf::result<void> pool::impl::replay(uint64_t number) {
  auto x = quarantine_.take(number);
  if (!x)
    return no_message(number);
  auto key = tasks_.add({.content = std::move(x->payload)});
  dispatch_.submit(key, now());
  perform();
  return caf::unit;
}

caf::result<void> pool::impl::discard(uint64_t number) {
  if (!quarantine_.take(number))
    return no_message(number);
  return caf::unit;
}

// -- time ---------------------------------------------------------------------

void pool::impl::arm_look() {
  auto next = dispatch_.next_look();
  if (!next || activity_ == activity::abandoning)
    return;
  auto t = now();
  auto wait = std::clamp<caf::timespan>(*next, 1ms, 1s);
  if (look_armed_ && *look_armed_ <= t + wait)
    return;
  look_armed_ = t + wait;
  self_->delayed_send(self_, wait, claim_atom_v, ++look_serial_, uint64_t{0});
}

// In steps of at most a second: a message that is delayed keeps the pool's
// memory until it arrives.
void pool::impl::arm_deadline() {
  auto next = dispatch_.next_deadline();
  if (!next || activity_ == activity::abandoning)
    return;
  auto t = now();
  auto wait = std::clamp<caf::timespan>(*next - t, 1ms, 1s);
  if (deadline_armed_ && *deadline_armed_ <= t + wait)
    return;
  deadline_armed_ = t + wait;
  self_->delayed_send(self_, wait, renew_atom_v, ++deadline_serial_,
                      uint64_t{0});
}

} // namespace troupe
