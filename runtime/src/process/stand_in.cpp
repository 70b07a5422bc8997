// SPDX-License-Identifier: Apache-2.0

#include "process/stand_in.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/sec.hpp"
#include "caf/send.hpp"
#include "caf/type_nr.hpp"

#include "location/memory_question.hpp"
#include "port/process_usage.hpp"
#include "process/death_text.hpp"
#include "process/worker_seat.hpp"
#include "supervision/refused_checkpoint.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/cell.hpp"
#include "troupe/scheduling/dead_letter.hpp"
#include "troupe/scheduling/trace_switch.hpp"
#include "troupe/supervision/child_context.hpp"

namespace troupe {

namespace {

/// Messages that a worker process may have and has not handled: enough that it
/// does not wait for the next one.
constexpr uint64_t window = 32;

} // namespace

stand_in::stand_in(caf::actor_config& cfg, stand_in_order order)
    : envelope_actor(cfg),
      order_(std::move(order)),
      stop_(order_.options.quit_timeout, order_.options.term_timeout) {
  set_down_handler([this](const caf::down_msg&) { seat_down(); });
}

const char* stand_in::name() const {
  return "troupe.stand_in";
}

caf::behavior stand_in::make_behavior() {
  on_salvage(this, [this](salvage& found) { leave_all(found); });
  send(order_.host, worker_claim{.who = caf::actor_cast<caf::actor>(this),
                                 .program = order_.options.program,
                                 .child = order_.child,
                                 .generation = order_.generation});
  return {
      [this](worker_given& x) { given(x); },
      [this](memory_question) { return resident_bytes(); },
      [this](claim_refused& x) { end(std::move(x.why)); },
      [this](worker_ended& x) { process_ended(x.how); },
      [this](seat_lost) { give_up(); },
      [this](const cancel_wanted& x) {
        if (linked_)
          send(caf::actor_cast<caf::actor>(seat_), discard_atom_v, x.at_least);
      },
      [this](stop_due) { perform(stop_.tick(clock().now())); },
      [this](tell_atom, const caf::error& reason, const std::string& type) {
        told_ = with_exception_type(reason, type);
      },
      [this](ready_atom, uint64_t) { pump(); },
  };
}

// -- the start ----------------------------------------------------------------

void stand_in::given(worker_given& x) {
  worker_ = x.worker;
  pid_ = x.pid;
  page_ = std::move(x.page);
  seat_ = std::move(x.seat);
  seen_page_.store(&**page_, std::memory_order_release);
  linked_ = true;
  put_limits(**page_, order_.options.limits);
  auto seat = caf::actor_cast<caf::actor>(seat_);
  monitor(seat);
  auto record = detail::record_of(this);
  auto what = caf::make_message(
                  start_atom_v, order_.type, order_.child, order_.generation,
                  record->checkpoints().max_bytes, uint64_t{order_.args.size()})
              + order_.args + record->checkpoint();
  request(seat, caf::infinite, std::move(what))
      .then([this] { up(); },
            [this](caf::error& why) {
              // Otherwise the process has died, which will be told.
              if (why == errc::link_lost
                  || why == caf::sec::request_receiver_down)
                return;
              told_ = std::move(why);
              send(order_.host, worker_signal{*worker_, SIGKILL});
            });
}

caf::result<uint64_t> stand_in::resident_bytes() const {
  auto usage = worker_ ? port::usage_of(pid_) : std::nullopt;
  if (!usage)
    return make_error(errc::link_lost, "there is no process to look at");
  return usage->resident_bytes;
}

void stand_in::up() {
  up_ = true;
  if (auto x = detail::record_of(this)) {
    x->opening().waiting = std::exchange(order_.starter, nullptr);
    x->acknowledge(ctrl(), {}, context());
  }
  pump();
}

// -- the way of a message -----------------------------------------------------

bool stand_in::take(caf::mailbox_element& x) {
  if (x.mid.is_response())
    return answered(x);
  auto& content = x.content();
  if (content.type_token() == caf::make_type_token<caf::exit_msg>()) {
    exit_asked(content.get_as<caf::exit_msg>(0));
    return true;
  }
  if (take_checkpoint(x))
    return true;
  if (!is_task(x))
    return false;
  if (messages_.size() >= order_.options.max_waiting) {
    refuse(x);
    return true;
  }
  auto& held =
      messages_.emplace(++last_number_, held_message::take(x)).first->second;
  held.trace = trace_scope::current();
  held_.store(messages_.size(), std::memory_order_relaxed);
  pump();
  return true;
}

/// Answers a message that there is no room for.
void stand_in::refuse(caf::mailbox_element& x) {
  auto why =
      make_error(errc::mailbox_full,
                 fmt::format("{} messages wait for the worker process, "
                             "the limit is {}",
                             messages_.size(), order_.options.max_waiting));
  auto from = x.sender ? x.sender->id() : caf::invalid_actor_id;
  auto message = held_message::take(x);
  if (message.sender && message.mid.is_request())
    message.sender->enqueue(nullptr, message.mid.response_id(),
                            caf::make_message(std::move(why)), context());
  else
    report(system(),
           {.reason = std::move(why), .sender = from, .receiver = id()},
           message.content);
}

/// Makes a checkpoint of the actor in the process one of its own.
bool stand_in::take_checkpoint(caf::mailbox_element& x) {
  auto& content = x.content();
  if (x.sender == nullptr || x.sender != seat_ || content.empty())
    return false;
  if (content.match_element<checkpoint_atom>(0)) {
    static_cast<void>(checkpoint(this, x.move_content_to_message().drop(1)));
    return true;
  }
  if (content.match_elements<trace_span>()) {
    // Of the actor there, which nobody here knows by its own number.
    auto span = content.get_as<trace_span>(0);
    span.actor_id = id();
    report(system(), std::move(span));
    return true;
  }
  if (content.match_elements<discard_atom, caf::error>()) {
    tell_refused_checkpoint(this, content.get_as<caf::error>(1));
    return true;
  }
  return false;
}

/// Whether `x` is for the actor in the process.
bool stand_in::is_task(const caf::mailbox_element& x) const {
  auto& content = x.content();
  if (x.sender != nullptr && x.sender == seat_)
    return false;
  switch (content.type_token()) {
    case caf::make_type_token<caf::down_msg>():
    case caf::make_type_token<caf::timeout_msg>():
    case caf::make_type_token<caf::open_stream_msg>():
      return false;
    case caf::make_type_token<caf::atom_value, caf::atom_value, std::string>():
      return !content
                  .match_elements<caf::sys_atom, caf::get_atom, std::string>();
    default:
      return !content.match_elements<worker_given>()
             && !content.match_elements<memory_question>()
             && !content.match_elements<claim_refused>()
             && !content.match_elements<worker_ended>()
             && !content.match_elements<cancel_wanted>()
             && !content.match_elements<seat_lost>()
             && !content.match_elements<stop_due>();
  }
}

/// Hands over as many messages as the process may have.
void stand_in::pump() {
  if (!up_ || !linked_)
    return;
  auto handled = (*page_)->handled.load() + undelivered_;
  auto under_way = sent_ - std::min(sent_, handled);
  for (auto i = messages_.upper_bound(last_sent_);
       i != messages_.end() && under_way < window; ++i, ++under_way)
    hand_over(i->first, i->second);
}

/// All messages go as requests, so that whatever becomes of one is told.
void stand_in::hand_over(uint64_t number, held_message& x) {
  auto mid = new_request_id(caf::message_priority::normal);
  auto kind = x.is_request() ? task_kind::request : task_kind::plain;
  auto from = x.is_request() ? caf::strong_actor_ptr{} : x.sender;
  auto content = caf::make_message(worker_atom_v, number,
                                   static_cast<uint8_t>(kind), std::move(from))
                 + x.content;
  x.request = mid.response_id().integer_value();
  requests_.emplace(x.request, number);
  last_sent_ = number;
  ++sent_;
  trace_switch as_sent{x.trace};
  seat_->enqueue(caf::make_mailbox_element(caf::strong_actor_ptr{ctrl()}, mid,
                                           {}, std::move(content)),
                 context());
}

bool stand_in::answered(caf::mailbox_element& x) {
  auto i = requests_.find(x.mid.integer_value());
  if (i == requests_.end())
    return false;
  if (is_lost(x))
    return true;
  auto number = i->second;
  // The link itself answers for what it cannot deliver.
  if (x.sender == nullptr)
    ++undelivered_;
  auto& message = messages_.at(number);
  if (message.is_request())
    message.answer(caf::strong_actor_ptr{ctrl()}, x.move_content_to_message(),
                   context());
  forget(number);
  pump();
  return true;
}

/// Whether `x` only says that the process is gone: what becomes of the message
/// is decided when it is known how the process died.
bool stand_in::is_lost(const caf::mailbox_element& x) const {
  if (x.sender != nullptr || !x.content().match_elements<caf::error>())
    return false;
  auto& why = x.content().get_as<caf::error>(0);
  return why == errc::link_lost || why == caf::sec::request_receiver_down;
}

void stand_in::forget(uint64_t number) {
  auto i = messages_.find(number);
  requests_.erase(i->second.request);
  messages_.erase(i);
  held_.store(messages_.size(), std::memory_order_relaxed);
}

} // namespace troupe
