// SPDX-License-Identifier: Apache-2.0

#include "process/worker_seat.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"

#include "location/init_probe.hpp"
#include "port/payload_text.hpp"
#include "process/apply_limits.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"
#include "troupe/base/exit_kind.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/location/actor_types.hpp"
#include "troupe/scheduling/cancel_token.hpp"

namespace troupe {

namespace {

/// What stands in front of a task's content, and in front of the arguments of a
/// start.
constexpr size_t task_prefix = 4;
constexpr size_t start_prefix = 6;

bool is_start(const caf::mailbox_element& x) {
  auto& content = x.content();
  return content.size() >= start_prefix && content.match_element<start_atom>(0)
         && content.match_element<std::string>(1)
         && content.match_element<std::string>(2)
         && content.match_element<uint64_t>(3)
         && content.match_element<uint64_t>(4)
         && content.match_element<uint64_t>(5)
         && content.get_as<uint64_t>(5) <= content.size() - start_prefix;
}

int64_t monotonic_ns() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

bool is_error(const caf::message& x) {
  return x.match_elements<caf::error>();
}

} // namespace

worker_seat::worker_seat(caf::actor_config& cfg,
                         std::shared_ptr<shared_page> page,
                         std::function<void()> vacated)
    : envelope_actor(cfg),
      page_(std::move(page)),
      vacated_(std::move(vacated)) {
  set_down_handler([this](const caf::down_msg& x) { down(x); });
  set_error_handler([](caf::error&) {});
}

const char* worker_seat::name() const {
  return "troupe.worker_seat";
}

caf::behavior worker_seat::make_behavior() {
  desk_.emplace(this);
  return {
      [this](stop_atom, const caf::error& reason) {
        if (actor_)
          send_exit(actor_, reason);
      },
      [this](discard_atom, caf::timespan at_least) {
        request_cancel(actor_, at_least);
      },
      [this](checkpoint_atom, const checkpoint_note& x) { take_checkpoint(x); },
      [this](trace_span& x) { pass_on(x); },
  };
}

bool worker_seat::take(caf::mailbox_element& x) {
  if (x.mid.is_response())
    return replied(x);
  if (is_start(x)) {
    start(x);
    return true;
  }
  auto& content = x.content();
  if (content.size() >= task_prefix && content.match_element<worker_atom>(0)
      && content.match_element<uint64_t>(1) && content.match_element<uint8_t>(2)
      && content.match_element<caf::strong_actor_ptr>(3)) {
    arrived(x);
    return true;
  }
  return false;
}

/// What was done here in a trace is remembered by the node.
void worker_seat::pass_on(trace_span& x) {
  if (stand_in_ && actor_ && x.actor_id == actor_.id())
    stand_in_->enqueue(caf::make_mailbox_element(caf::strong_actor_ptr{ctrl()},
                                                 caf::make_message_id(), {},
                                                 std::move(x)),
                       context());
}

void worker_seat::start(caf::mailbox_element& x) {
  stand_in_ = x.sender;
  auto promise = make_response_promise();
  if (actor_) {
    promise.deliver(make_error(errc::start_failed, "the seat is taken"));
    return;
  }
  if (auto err = apply_limits(get_limits(**page_))) {
    promise.deliver(std::move(err));
    return;
  }
  auto& content = x.content();
  auto type = content.get_as<std::string>(1);
  auto count = static_cast<size_t>(content.get_as<uint64_t>(5));
  start_context context{.child = content.get_as<std::string>(2),
                        .generation = content.get_as<uint64_t>(3),
                        .max_checkpoint_bytes = content.get_as<uint64_t>(4)};
  auto rest = x.move_content_to_message().drop(start_prefix);
  auto args = rest.take(count);
  context.checkpoint = rest.drop(count);
  auto types = dynamic_cast<const actor_types*>(&system().config());
  auto make = types != nullptr ? types->find_actor_type(type) : nullptr;
  if (make == nullptr) {
    start_by_caf(type, std::move(args), std::move(promise));
    return;
  }
  auto begin = (*make)(std::move(args));
  if (!begin) {
    promise.deliver(make_error(
        errc::unknown_actor_type,
        fmt::format("cannot start actor type {}: it takes other arguments",
                    type)));
    return;
  }
  (*begin)(*desk_, std::move(context),
           [this, promise](caf::expected<caf::actor> result) mutable {
             if (result)
               started(std::move(*result), promise);
             else
               promise.deliver(std::move(result.error()));
           });
}

/// Starts an actor of a type that does not become a cell.
void worker_seat::start_by_caf(const std::string& type, caf::message args,
                               caf::response_promise promise) {
  auto result = system().spawn<caf::actor>(type, std::move(args));
  if (!result) {
    promise.deliver(make_error(errc::unknown_actor_type,
                               fmt::format("cannot start actor type {}: {}",
                                           type, describe(result.error()))));
    return;
  }
  answers_probes_ = !is_blocking(*result);
  await_init(this, *result,
             [this, promise](caf::expected<caf::actor> x) mutable {
               if (x)
                 started(std::move(*x), promise);
               else
                 promise.deliver(std::move(x.error()));
             });
}

void worker_seat::started(caf::actor x, caf::response_promise& promise) {
  actor_ = std::move(x);
  monitor(actor_);
  promise.deliver(caf::unit);
}

void worker_seat::take_checkpoint(const checkpoint_note& x) {
  if (auto why = x.take_refusal())
    send_to_stand_in(caf::make_message_id(),
                     caf::make_message(discard_atom_v, std::move(why)));
  if (auto newest = x.take(); !newest.empty())
    send_to_stand_in(caf::make_message_id(),
                     caf::make_message(checkpoint_atom_v) + newest);
}

void worker_seat::arrived(caf::mailbox_element& x) {
  task result{.number = x.content().get_as<uint64_t>(1),
              .kind = static_cast<task_kind>(x.content().get_as<uint8_t>(2)),
              .sender = x.content().get_as<caf::strong_actor_ptr>(3),
              .reply_to = x.mid.response_id(),
              .content = {}};
  result.content = x.move_content_to_message().drop(task_prefix);
  waiting_.push_back(std::move(result));
  feed();
}

/// Hands over the next message, and after it a question that the actor answers
/// by itself when it has got so far.
void worker_seat::feed() {
  while (actor_ && !in_work_ && !waiting_.empty()) {
    in_work_ = std::move(waiting_.front());
    waiting_.pop_front();
    auto& page = **page_;
    auto type = port::first_type_text(in_work_->content);
    type.resize(std::min(type.size(), sizeof(page.in_work_type) - 1));
    std::memcpy(page.in_work_type, type.c_str(), type.size() + 1);
    page.in_work_since_ns.store(monotonic_ns());
    page.in_work.store(in_work_->number);
    auto mid = caf::make_message_id();
    auto from = in_work_->sender;
    if (in_work_->kind == task_kind::request) {
      mid = new_request_id(caf::message_priority::normal);
      from = caf::strong_actor_ptr{ctrl()};
      open_.emplace(mid.response_id().integer_value(),
                    open_request{in_work_->number, in_work_->reply_to});
    }
    actor_->enqueue(caf::make_mailbox_element(std::move(from), mid, {},
                                              std::move(in_work_->content)),
                    context());
    auto number = in_work_->number;
    if (!answers_probes_) {
      handled(number);
      continue;
    }
    request(actor_, caf::infinite, caf::sys_atom_v, caf::get_atom_v, "info")
        .then(
            [this, number](caf::ok_atom, const std::string&,
                           const caf::strong_actor_ptr&, const std::string&) {
              handled(number);
              feed();
            },
            [](const caf::error&) {
              // It has ended, which is told in another way.
            });
  }
}

void worker_seat::handled(uint64_t number) {
  if (!in_work_ || in_work_->number != number)
    return;
  auto x = std::move(*in_work_);
  in_work_.reset();
  auto& page = **page_;
  page.handled.fetch_add(1);
  page.in_work.store(0);
  page.last_handled.store(number);
  if (x.kind == task_kind::plain)
    send_to_stand_in(x.reply_to, caf::message{});
  else if (reply_)
    send_to_stand_in(x.reply_to, *std::exchange(reply_, std::nullopt));
  else
    send_to_stand_in(caf::make_message_id(),
                     caf::make_message(ready_atom_v, number));
}

bool worker_seat::replied(caf::mailbox_element& x) {
  auto i = open_.find(x.mid.integer_value());
  if (i == open_.end())
    return false;
  auto request = i->second;
  open_.erase(i);
  // An error may be all that is left of an actor that fails: it is known when
  // the actor answers the question after it.
  if (in_work_ && in_work_->number == request.number)
    reply_ = x.move_content_to_message();
  else
    send_to_stand_in(request.reply_to, x.move_content_to_message());
  return true;
}

void worker_seat::down(const caf::down_msg& x) {
  if (!actor_ || x.source != actor_->address())
    return;
  // A message is done that the actor has answered and then quit.
  if (in_work_ && reply_
      && !(is_failure(kind_of(x.reason)) && is_error(*reply_)))
    handled(in_work_->number);
  actor_ = nullptr;
  send_to_stand_in(
      caf::make_message_id(),
      caf::make_message(tell_atom_v, x.reason, exception_type(x.reason)));
  vacated_();
}

void worker_seat::send_to_stand_in(caf::message_id mid, caf::message content) {
  stand_in_->enqueue(caf::make_mailbox_element(caf::strong_actor_ptr{ctrl()},
                                               mid, {}, std::move(content)),
                     context());
}

} // namespace troupe
