// SPDX-License-Identifier: Apache-2.0

#include "pool/map_job.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/atom.hpp"
#include "caf/result.hpp"
#include "caf/send.hpp"
#include "caf/spawn_options.hpp"

#include "base/later.hpp"
#include "pool/map_reply.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"
#include "troupe/pool/pool_stats.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/scheduling/trace_switch.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

constexpr size_t longest_input = 100;

std::string shortened(std::string x) {
  if (x.size() <= longest_input)
    return x;
  // Not in the middle of a character.
  auto end = longest_input;
  while (end > 0 && (static_cast<unsigned char>(x[end]) & 0xC0) == 0x80)
    --end;
  x.resize(end);
  return x + "...";
}

} // namespace

map_job::map_job(caf::actor_config& cfg, caf::actor pool,
                 std::shared_ptr<detail::map_items> items,
                 detail::map_mode mode, map_options options)
    : envelope_actor(cfg),
      pool_(std::move(pool)),
      items_(std::move(items)),
      mode_(mode),
      options_(std::move(options)),
      group_(to_string(address())) {
  if (!options_.group.empty())
    group_ = options_.group + "/" + group_;
}

const char* map_job::name() const {
  return "troupe.map";
}

caf::behavior map_job::make_behavior() {
  set_down_handler([this](caf::down_msg&) { quit(); });
  set_error_handler([](caf::error&) {});
  return {
      [this](caf::get_atom) { return begin(); },
      // Only sent by the job to itself.
      [this](stop_atom) { watch_deadline(); },
  };
}

bool map_job::take(caf::mailbox_element& x) {
  if (!x.mid.is_response())
    return false;
  auto i = open_.find(x.mid.request_id().integer_value());
  if (i == open_.end())
    return false;
  auto piece = i->second;
  open_.erase(i);
  if (!answer_.pending())
    return true;
  auto reply = x.move_content_to_message();
  if (reply.match_elements<caf::error>())
    failed(piece, reply.get_as<caf::error>(0));
  else
    succeeded(piece, reply);
  if (!answer_.pending())
    return true;
  send_pieces();
  finish_if_done();
  return true;
}

void map_job::on_exit() {
  if (!open_.empty())
    caf::anon_send(pool_, cancel_atom_v, group_);
  open_.clear();
  items_ = nullptr;
  if (answer_.pending())
    answer_.deliver(
        make_error(errc::task_failed, "the map has ended before its tasks"));
  // Refers to this actor as long as it is not answered.
  answer_ = {};
}

caf::response_promise map_job::begin() {
  // The promise takes the sender out of the message.
  if (auto& asker = current_sender())
    monitor(asker);
  answer_ = make_response_promise();
  trace_ = trace_scope::current();
  auto result = answer_;
  if (auto err = validate(options_)) {
    fail(std::move(err));
    return result;
  }
  auto now = clock().now();
  plan_.emplace(items_->size(),
                map_limits{options_.batch_time, options_.max_batch}, now);
  if (options_.time_limit) {
    deadline_ = later(now, *options_.time_limit);
    watch_deadline();
  }
  ask_for_workers();
  send_pieces();
  finish_if_done();
  return result;
}

// -- sending ------------------------------------------------------------------

void map_job::send_pieces() {
  if (waits_for_room_ || !answer_.pending())
    return;
  // Not for the piece whose answer is being handled.
  trace_switch as_asked{trace_};
  while (auto piece = plan_->next())
    send_piece(*piece);
}

void map_job::send_piece(const map_piece& x) {
  auto mid = new_request_id(caf::message_priority::normal);
  open_.emplace(mid.request_id().integer_value(), x);
  auto content =
      x.how == map_piece::kind::single
          ? items_->single(options_for(x), x.first)
          : caf::make_message(options_for(x), items_->batch(x.first, x.count));
  pool_->enqueue(caf::make_mailbox_element(caf::strong_actor_ptr{ctrl()}, mid,
                                           {}, std::move(content)),
                 context());
}

task_options map_job::options_for(const map_piece& x) const {
  task_options result{.priority = options_.priority, .group = group_};
  // Which of its tasks killed the worker is seen when they go one by one.
  if (x.how == map_piece::kind::batch)
    result.max_attempts = 1;
  if (deadline_)
    result.time_limit =
        std::max<caf::timespan>(*deadline_ - clock().now(), 1us);
  return result;
}

// The number may change while the work is going on.
void map_job::ask_for_workers() {
  workers_asked_at_ = plan_->completed();
  request(pool_, caf::infinite, stats_atom_v)
      .then(
          [this](const pool_stats& x) {
            plan_->workers(x.workers);
            send_pieces();
          },
          [](const caf::error&) {});
}

// In steps of at most a second: a message that is delayed keeps the job's
// memory until it arrives.
void map_job::watch_deadline() {
  auto left = *deadline_ - clock().now();
  if (left > caf::timespan{0})
    delayed_send(this, std::min<caf::timespan>(left, 1s), stop_atom_v);
  else
    fail(make_error(errc::deadline_passed,
                    fmt::format("{} of {} tasks were done in time",
                                plan_->completed(), items_->size())));
}

void map_job::wait_for_room() {
  if (waits_for_room_)
    return;
  waits_for_room_ = true;
  request(pool_, caf::infinite, drained_atom_v)
      .then(
          [this] {
            waits_for_room_ = false;
            send_pieces();
          },
          [this](caf::error& reason) { fail(std::move(reason)); });
}

// -- what comes back ----------------------------------------------------------

void map_job::succeeded(const map_piece& x, caf::message& reply) {
  auto failures_before = failures_.size();
  std::optional<caf::timespan> busy;
  if (x.how == map_piece::kind::single) {
    if (auto err = items_->take_single(x.first, reply))
      note_failure(x.first, std::move(err));
  } else {
    if (!reply.match_elements<batch_result>()) {
      plan_->not_understood(x);
      return;
    }
    auto& result = reply.get_mutable_as<batch_result>(0);
    if (items_->take_batch(x.first, x.count, result, context())) {
      plan_->failed_as_batch(x);
      return;
    }
    for (auto& y : result.failures)
      if (y.index < x.count)
        note_failure(x.first + y.index, std::move(y.reason));
    busy = result.busy;
  }
  if (!answer_.pending())
    return;
  plan_->done(x, busy, clock().now());
  report(x, failures_before);
  if (plan_->completed() >= 2 * workers_asked_at_ + 1)
    ask_for_workers();
}

void map_job::failed(const map_piece& x, const caf::error& reason) {
  switch (setback_of(reason, x.how)) {
    case setback::task:
      note_failure(x.first, reason);
      if (!answer_.pending())
        return;
      plan_->done(x, std::nullopt, clock().now());
      report(x, failures_.size() - 1);
      break;
    case setback::not_understood:
      plan_->not_understood(x);
      break;
    case setback::batch:
      plan_->failed_as_batch(x);
      break;
    case setback::too_large:
      if (x.count == 1)
        plan_->failed_as_batch(x);
      else
        plan_->too_large(x);
      break;
    case setback::no_room:
      plan_->refused(x);
      wait_for_room();
      break;
    case setback::everything:
      fail(reason);
      break;
  }
}

void map_job::note_failure(size_t i, caf::error reason) {
  task_failure x{i, shortened(items_->text(i)), std::move(reason)};
  if (mode_ == detail::map_mode::first_failure)
    fail(make_error(errc::task_failed, describe(x)));
  else
    failures_.push_back(std::move(x));
}

void map_job::report(const map_piece& x, size_t failures_before) {
  if (options_.progress_to)
    send(options_.progress_to, progress_atom_v,
         static_cast<uint64_t>(plan_->completed()),
         static_cast<uint64_t>(items_->size()));
  if (!options_.parts_to)
    return;
  auto first = x.first;
  auto send_until = [&](size_t end) {
    if (first < end)
      send(options_.parts_to, items_->part(first, end - first));
    first = end + 1;
  };
  for (auto i = failures_before; i < failures_.size(); ++i)
    send_until(failures_[i].index);
  send_until(x.first + x.count);
}

void map_job::finish_if_done() {
  if (!answer_.pending() || !plan_->finished())
    return;
  std::sort(failures_.begin(), failures_.end(),
            [](auto& a, auto& b) { return a.index < b.index; });
  try {
    answer_.deliver(items_->finish(std::move(failures_)));
  } catch (...) {
    // Of the caller's fold.
    auto why = std::current_exception();
    answer_.deliver(exception_reason(why));
  }
  quit();
}

void map_job::fail(caf::error reason) {
  if (!answer_.pending())
    return;
  answer_.deliver(std::move(reason));
  quit();
}

// -- the way in ---------------------------------------------------------------

namespace detail {

map_items::~map_items() {
  // nop
}

caf::actor start_map(caf::actor_system& sys, const caf::actor& pool,
                     std::shared_ptr<map_items> items, map_mode mode,
                     map_options options) {
  // A cell, so that traces go through it.
  caf::actor_config cfg;
  return caf::actor_cast<caf::actor>(launch_cell<map_job, caf::hidden>(
      sys, cfg, cell_options{.history = 0}, [](auto&) {}, pool,
      std::move(items), mode, std::move(options)));
}

} // namespace detail

} // namespace troupe
