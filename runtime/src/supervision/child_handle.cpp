// SPDX-License-Identifier: Apache-2.0

#include "supervision/child_handle.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

#include "caf/actor_cast.hpp"
#include "caf/actor_config.hpp"
#include "caf/actor_system.hpp"
#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"
#include "caf/system_messages.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/cell.hpp"
#include "troupe/scheduling/dead_letter.hpp"
#include "troupe/scheduling/detail/cell_storage.hpp"

#include "scheduling/passage.hpp"
#include "supervision/envelopes.hpp"
#include "supervision/handle_report.hpp"
#include "supervision/handle_state.hpp"
#include "supervision/kept_envelope.hpp"
#include "supervision/waiting_room.hpp"

namespace troupe {

namespace {

/// Reached after longer than any process lives.
constexpr auto max_generation = (uint64_t{1} << 48) - 1;

const auto too_many_wait = "too many messages wait for the child's next "
                           "incarnation";

/// Returns `x`, or the largest number of so many bits.
template <int Bits>
constexpr uint32_t at_most(size_t x) {
  constexpr auto limit = (size_t{1} << Bits) - 1;
  return static_cast<uint32_t>(std::min(x, limit)) & limit;
}

bool is_exit(const caf::mailbox_element& x) {
  return x.content().type_token() == caf::make_type_token<caf::exit_msg>();
}

/// Returns whether nothing of `x` comes back any more: what waited in a cell is
/// taken out before it counts as terminated.
bool has_terminated(caf::actor_control_block& x) {
  return x.get()->getf(caf::abstract_actor::is_terminated_flag);
}

bool is_control(const caf::mailbox_element& x) {
  return x.mid.category() == caf::message_id::urgent_message_category
         || is_exit(x);
}

} // namespace

// -- life ---------------------------------------------------------------------

child_handle::pointer child_handle::make(caf::actor_system& sys,
                                         const handle_options& opts) {
  caf::actor_config cfg;
  auto ptr = detail::cell_storage<child_handle>::make(sys, cfg, opts);
  return pointer{static_cast<child_handle*>(ptr->get())};
}

child_handle::child_handle(caf::actor_config& cfg, const handle_options& opts)
    : light_actor(cfg),
      retries_(at_most<16>(opts.in_flight.retries)),
      key_(opts.key),
      supervisor_(opts.supervisor),
      max_waiting_(at_most<28>(opts.max_waiting)),
      in_flight_(static_cast<uint32_t>(opts.in_flight.policy) & 3),
      mailbox_(static_cast<uint32_t>(opts.mailbox) & 3) {
  // nop
}

child_handle::~child_handle() {
  // nop
}

void child_handle::on_destroy() {
  close(caf::exit_reason::unreachable);
}

caf::actor child_handle::handle() {
  return caf::actor_cast<caf::actor>(this);
}

cell_hooks child_handle::hooks() {
  return cell_hooks{caf::weak_actor_ptr{ctrl()}};
}

// -- the way of a message -----------------------------------------------------

void child_handle::enqueue(caf::mailbox_element_ptr what,
                           caf::execution_unit* context) {
  take(std::move(what), context, bound::applies);
}

void child_handle::replay(caf::mailbox_element_ptr what,
                          caf::execution_unit* context) {
  take(std::move(what), context, bound::lifted);
}

void child_handle::take(caf::mailbox_element_ptr what,
                        caf::execution_unit* context, bound limit) {
  if (in_flight() == in_flight_policy::retry && is_users(*what))
    what = kept_envelope::keep(std::move(what));
  hand_on(std::move(what), context, limit);
}

void child_handle::hand_on(caf::mailbox_element_ptr what,
                           caf::execution_unit* context, bound limit) {
  passage way;
  for (;;) {
    auto seen = current_.load(std::memory_order_acquire);
    if (handle_state::is_up(seen)) {
      if (!way.enter(current_, seen))
        continue;
      handle_state::actor(seen)->get()->enqueue(std::move(what), context);
      if (!way.has_returned())
        return;
      what = way.take_returned();
    }
    if (wait(what, seen, limit))
      return;
  }
}

bool child_handle::wait(caf::mailbox_element_ptr& what, uintptr_t seen,
                        bound limit) {
  std::unique_lock guard{lock_};
  auto now = current_.load(std::memory_order_relaxed);
  if (handle_state::is_up(now) && now != seen)
    return false;
  if (now == handle_state::closed) {
    guard.unlock();
    turn_away(*what, caf::make_error(caf::sec::request_receiver_down));
    return true;
  }
  if (!handle_state::is_flushing(now)) {
    // Meant for an incarnation that has ended.
    if (what->mid.is_response()
        || (handle_state::has_actor(now) && is_exit(*what)))
      return true;
  }
  auto& waiting = room();
  if (limit == bound::lifted || is_control(*what)
      || !waiting.queue.is_full(max_waiting_)) {
    waiting.queue.push_back(std::move(what));
    return true;
  }
  ++waiting.counters.refused;
  auto is_first = waiting.refused_in_outage++ == 0;
  handle_report refusal{.what = handle_notice::refused,
                        .generation = generation_};
  guard.unlock();
  answer(what->sender, what->mid,
         make_error(errc::mailbox_full, too_many_wait));
  if (is_first)
    report(std::move(refusal), nullptr);
  return true;
}

void child_handle::turn_away(caf::mailbox_element& x,
                             const caf::error& reason) {
  if (x.mid.is_request())
    answer(x.sender, x.mid, reason);
  else if (is_users(x))
    troupe::report(home_system(),
                   {.reason = reason,
                    .sender = x.sender ? x.sender->id() : caf::invalid_actor_id,
                    .receiver = id()},
                   x.move_content_to_message());
}

void child_handle::report(handle_report what, caf::strong_actor_ptr from) {
  what.key = key_;
  if (auto supervisor = supervisor_.lock())
    supervisor->enqueue(caf::make_mailbox_element(std::move(from),
                                                  caf::make_message_id(), {},
                                                  std::move(what)),
                        nullptr);
}

// -- incarnations -------------------------------------------------------------

void child_handle::bind(const caf::actor& incarnation, uint64_t generation,
                        caf::execution_unit* context) {
  auto ptr = caf::actor_cast<caf::strong_actor_ptr>(incarnation);
  auto raw = ptr.get();
  caf::strong_actor_ptr old;
  {
    std::lock_guard guard{lock_};
    auto now = current_.load(std::memory_order_relaxed);
    if (now == handle_state::closed)
      return;
    if (handle_state::has_actor(now))
      old.reset(handle_state::actor(now), false);
    generation_ = generation & max_generation;
    if (room_ != nullptr)
      room_->refused_in_outage = 0;
    current_.store(handle_state::flushing(ptr.release()),
                   std::memory_order_release);
  }
  passage::retire(std::move(old));
  flush(raw, context);
  if (!has_hooks(incarnation))
    raw->get()->attach_functor(
        [weak = caf::weak_actor_ptr{ctrl()}, generation] {
          if (auto self = weak.lock())
            static_cast<child_handle*>(self->get())->ended(generation);
        });
}

void child_handle::flush(caf::actor_control_block* incarnation,
                         caf::execution_unit* context) {
  // Rounds in which those who send may add as fast as this one takes.
  constexpr size_t free_rounds = 4;
  passage way;
  way.lead_to(incarnation);
  for (size_t round = 0;; ++round) {
    waiting_queue::batch batch;
    {
      std::lock_guard guard{lock_};
      auto now = current_.load(std::memory_order_relaxed);
      if (room_ != nullptr && room_->queue.empty())
        room_->queue.settle();
      if (now != handle_state::flushing(incarnation))
        return;
      if (room_ == nullptr || room_->queue.empty()) {
        current_.store(handle_state::up(incarnation),
                       std::memory_order_release);
        return;
      }
      batch = room_->queue.take();
      if (round >= free_rounds)
        room_->queue.charge(batch.size());
    }
    while (!batch.empty()) {
      auto x = std::move(batch.front());
      batch.pop_front();
      incarnation->enqueue(std::move(x), context);
      if (!way.has_returned())
        continue;
      batch.push_front(way.take_returned());
      std::lock_guard guard{lock_};
      room_->queue.settle();
      room_->queue.put_back(std::move(batch));
      return;
    }
  }
}

void child_handle::unbind(uint64_t generation) {
  caf::strong_actor_ptr old;
  {
    std::lock_guard guard{lock_};
    auto now = current_.load(std::memory_order_relaxed);
    if (generation != generation_ || !handle_state::has_actor(now))
      return;
    old.reset(handle_state::actor(now), false);
    current_.store(handle_state::none, std::memory_order_release);
    if (!handle_state::has_ended(now) && !has_terminated(*old))
      give_up(old);
  }
  passage::retire(std::move(old));
}

void child_handle::give_up(const caf::strong_actor_ptr& incarnation) {
  if (has_hooks(caf::actor_cast<caf::actor>(incarnation)))
    room().given_up.emplace_back(incarnation.get(), uint64_t{generation_});
}

void child_handle::ended(uint64_t generation) noexcept {
  std::lock_guard guard{lock_};
  auto now = current_.load(std::memory_order_relaxed);
  if (generation == generation_ && handle_state::has_actor(now))
    current_.store(handle_state::ended(handle_state::actor(now)),
                   std::memory_order_release);
}

void child_handle::close(caf::error reason) {
  caf::strong_actor_ptr old;
  waiting_queue::batch waiting;
  {
    std::lock_guard guard{lock_};
    auto now = current_.load(std::memory_order_relaxed);
    if (now == handle_state::closed)
      return;
    if (handle_state::has_actor(now))
      old.reset(handle_state::actor(now), false);
    current_.store(handle_state::closed, std::memory_order_release);
    if (room_ != nullptr)
      waiting = room_->queue.take();
  }
  passage::retire(std::move(old));
  for (auto& x : waiting)
    turn_away(*x, reason);
  terminate(std::move(reason));
}

handle_stats child_handle::stats() const {
  std::lock_guard guard{lock_};
  if (room_ == nullptr)
    return {};
  auto result = room_->counters;
  result.waiting = room_->queue.size();
  return result;
}

child_handle::waiting_room& child_handle::room() {
  if (room_ == nullptr)
    room_ = std::make_unique<waiting_room>();
  return *room_;
}

} // namespace troupe
