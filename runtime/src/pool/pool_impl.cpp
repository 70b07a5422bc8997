// SPDX-License-Identifier: Apache-2.0

#include "pool/pool_impl.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/atom.hpp"
#include "caf/exit_reason.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"
#include "caf/type_nr.hpp"

#include "base/random_seed.hpp"
#include "pool/doubt.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

dispatch_limits limits_from(const pool_options& x, uint64_t any_seed) {
  return {
      .policy = x.policy,
      .max_queued = x.max_queued,
      .credit = {.max_credit = x.max_credit, .horizon = x.credit_horizon},
      .max_attempts = x.max_attempts,
      .intensity = x.intensity,
      .restart_bounds = x.restart_delay,
      .cancel_grace = x.cancel_grace,
      .seed = x.seed.value_or(static_cast<uint32_t>(any_seed)),
      .quarantines = x.max_quarantined > 0,
      .max_tasks = x.recycle ? x.recycle->tasks : std::nullopt,
      .max_resident_bytes =
          x.recycle ? x.recycle->resident_bytes : std::nullopt,
      .hedge = x.hedge,
      .elastic = x.elastic,
  };
}

bool gives_up(const caf::type_erased_tuple& x) {
  return x.match_elements<caf::error>()
         && x.get_as<caf::error>(0) == errc::task_cancelled;
}

} // namespace

pool::impl::impl(pool* self, pool_options options)
    : self_(self),
      options_(std::move(options)),
      starts_(self),
      dispatch_(limits_from(options_, random_seed(*self))),
      random_(
          options_.seed.value_or(static_cast<uint32_t>(random_seed(*self)))),
      quarantine_(std::max<size_t>(options_.max_quarantined, 1)) {
  // nop
}

caf::behavior pool::impl::make_behavior() {
  if (auto err = validate(options_)) {
    self_->quit(std::move(err));
    return {};
  }
  self_->set_exit_handler([this](caf::exit_msg& x) { stop(x.reason); });
  self_->set_down_handler([this](caf::down_msg& x) { actor_down(x); });
  // A stray error is no reason to end.
  self_->set_error_handler([](caf::error&) {});
  for (auto& x : std::exchange(options_.workers, {}))
    add(std::move(x));
  if (auto& bounds = options_.elastic)
    while (places_.size() < bounds->least)
      add(bounds->worker);
  perform();
  return {
      [this](worker_atom, starter& x) -> caf::result<size_t> {
        if (exit_reason_)
          return make_error(errc::pool_stopped, "the pool was told to stop");
        if (options_.recycle)
          if (auto err = validate(*options_.recycle, x))
            return err;
        auto result = add(std::move(x));
        perform();
        return result;
      },
      [this](withdraw_atom, size_t slot) -> caf::result<void> {
        if (!dispatch_.withdraw(slot))
          return make_error(errc::unknown_slot,
                            fmt::format("the pool has no slot {}", slot));
        perform();
        return caf::unit;
      },
      [this](stats_atom) {
        auto result = dispatch_.stats(now());
        result.quarantined = quarantine_.size();
        return result;
      },
      [this](quarantine_atom) { return quarantine_.list(); },
      [this](replay_atom, uint64_t number) { return replay(number); },
      [this](discard_atom, uint64_t number) { return discard(number); },
      [this](watch_atom, caf::actor& x) {
        self_->monitor(x);
        watchers_.push_back(std::move(x));
      },
      [this](cancel_atom, const std::string& group) { return cancel(group); },
      // From here on only sent by the pool to itself.
      [this](start_atom, size_t slot, uint64_t generation) {
        dispatch_.wake({slot, generation});
        perform();
      },
      [this](probe_atom, size_t slot, uint64_t generation) {
        auto reason = caf::make_error(caf::sec::request_receiver_down);
        dispatch_.down({slot, generation}, reason, now(), random());
        perform();
      },
      [this](watch_atom, size_t slot, uint64_t generation) {
        measure({slot, generation});
      },
      [this](cancel_atom, size_t slot, uint64_t generation) {
        dispatch_.interrupt_due({slot, generation}, now());
        perform();
      },
      [this](renew_atom, size_t serial, uint64_t) {
        if (serial != deadline_serial_)
          return;
        deadline_armed_ = std::nullopt;
        dispatch_.expire(now());
        perform();
      },
      [this](claim_atom, size_t serial, uint64_t) {
        if (serial != look_serial_)
          return;
        look_armed_ = std::nullopt;
        dispatch_.hedge(now());
        dispatch_.fit(now());
        perform();
      },
      [this](stop_atom, size_t slot, uint64_t generation) {
        dispatch_.stop_expired({slot, generation});
        perform();
      },
  };
}

void pool::impl::abandon() {
  activity_ = activity::abandoning;
  dispatch_.stop();
  while (auto action = dispatch_.next())
    std::visit([this](auto& x) { carry_out(x); }, *action);
  for (auto xs : {&drains_, &room_waiters_})
    for (auto& x : *xs)
      x.answer(nullptr, caf::message{}, nullptr);
}

// -- what arrives -------------------------------------------------------------

bool pool::impl::take(caf::mailbox_element& x) {
  if (x.mid.is_response())
    return response_arrived(x);
  if (x.content().match_elements<drain_atom>()) {
    drains_.push_back(return_address::of(x));
    perform();
    return true;
  }
  if (x.content().match_elements<drained_atom>()) {
    room_waiters_.push_back(return_address::of(x));
    perform();
    return true;
  }
  if (!is_task(x))
    return false;
  task_arrived(x);
  return true;
}

void pool::impl::task_arrived(caf::mailbox_element& x) {
  auto origin = return_address::of(x);
  stored_task task{std::move(origin), x.move_content_to_message()};
  task.trace = trace_scope::current();
  if (task.content.size() > 0 && task.content.match_element<task_options>(0)) {
    task_with_options_arrived(std::move(task));
  } else {
    auto key = tasks_.add(std::move(task));
    dispatch_.submit(key, now());
  }
  perform();
}

bool pool::impl::response_arrived(caf::mailbox_element& x) {
  auto id = x.mid.request_id().integer_value();
  auto i = requests_.find(id);
  if (i == requests_.end())
    return false;
  auto [slot, task] = i->second;
  requests_.erase(i);
  auto& stored = tasks_.at(task);
  auto& request = stored.request == id ? stored.request : stored.second_request;
  request = std::nullopt;
  auto& content = x.content();
  std::optional<doubt> why;
  if (content.type_token() == caf::make_type_token<caf::error>())
    why = doubt_about(content.get_as<caf::error>(0));
  if (why) {
    if (dispatch_.doubted(slot, task, *why, now()))
      withheld_.insert_or_assign({task, slot}, x.move_content_to_message());
  } else if (gives_up(content) ? dispatch_.gave_up(slot, task, now())
                               : dispatch_.replied(slot, task, now())) {
    answer(task, places_.at(slot).worker, x.move_content_to_message());
  }
  perform();
  return true;
}

bool pool::impl::is_task(const caf::mailbox_element& x) const {
  using caf::atom_value;
  using caf::make_type_token;
  auto& content = x.content();
  auto first = [&] { return content.get_as<atom_value>(0); };
  switch (content.type_token()) {
    case make_type_token<caf::exit_msg>():
    case make_type_token<caf::down_msg>():
    case make_type_token<caf::error>():
    case make_type_token<caf::timeout_msg>():
    case make_type_token<caf::open_stream_msg>():
      return false;
    case make_type_token<atom_value, atom_value, std::string>():
      return !content
                  .match_elements<caf::sys_atom, caf::get_atom, std::string>();
    case make_type_token<atom_value>():
      return first() != stats_atom_v && first() != quarantine_atom_v;
    case make_type_token<atom_value, std::string>():
      return first() != cancel_atom_v;
    case make_type_token<atom_value, caf::actor>():
      return first() != watch_atom_v;
    case make_type_token<atom_value, size_t>():
      return first() != withdraw_atom_v && first() != replay_atom_v
             && first() != discard_atom_v;
    case make_type_token<atom_value, starter>():
      return !content.match_elements<worker_atom, starter>();
    case make_type_token<atom_value, size_t, uint64_t>():
      return x.sender.get() != self_->ctrl();
    default:
      return true;
  }
}

size_t pool::impl::add(starter x) {
  auto result =
      dispatch_.add_slot(x.where().node, x.where().level == isolation::process);
  places_.emplace(result, place{std::move(x)});
  return result;
}

void pool::impl::start_ended(incarnation who,
                             caf::expected<caf::actor> worker) {
  if (worker && !*worker)
    worker = caf::make_error(caf::sec::invalid_argument,
                             "the starter returned an invalid handle");
  if (!worker) {
    dispatch_.start_failed(who, worker.error(), now(), random());
  } else if (auto ptr = caf::actor_cast<caf::strong_actor_ptr>(*worker);
             dispatch_.started(who, now())) {
    // Normal priority: notice of a death must not overtake the replies that the
    // worker sent before.
    self_->monitor(*worker);
    auto& x = places_.at(who.slot);
    x.worker = std::move(ptr);
    x.generation = who.generation;
  } else {
    send_exit_to(ptr, caf::exit_reason::user_shutdown);
  }
  perform();
}

void pool::impl::actor_down(const caf::down_msg& x) {
  auto source = [&](auto& y) { return y == x.source; };
  watchers_.erase(std::remove_if(watchers_.begin(), watchers_.end(), source),
                  watchers_.end());
  auto i = std::find_if(places_.begin(), places_.end(), [&](auto& y) {
    auto& worker = y.second.worker;
    return worker && worker->address() == x.source;
  });
  if (i == places_.end())
    return;
  i->second.worker = nullptr;
  dispatch_.down({i->first, i->second.generation}, x.reason, now(), random());
  perform();
}

void pool::impl::stop(const caf::error& reason) {
  if (!reason || exit_reason_)
    return;
  exit_reason_ = reason;
  dispatch_.stop();
  perform();
}

// -- helpers ------------------------------------------------------------------

stored_task pool::impl::take_out(task_key x) {
  auto result = tasks_.take(x);
  forget_request(result);
  return result;
}

void pool::impl::forget_request(stored_task& x) {
  for (auto request : {&x.request, &x.second_request}) {
    if (*request)
      requests_.erase(**request);
    *request = std::nullopt;
  }
}

void pool::impl::forget_withheld(task_key x) {
  withheld_.erase(
      withheld_.lower_bound({x, 0}),
      withheld_.upper_bound({x, std::numeric_limits<size_t>::max()}));
}

// Ahead of what waits in the worker's mailbox: nobody wants those results.
void pool::impl::send_exit_to(const caf::strong_actor_ptr& worker,
                              caf::exit_reason reason) {
  if (worker)
    worker->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                    caf::make_message(caf::exit_msg{self_->address(),
                                                    caf::make_error(reason)}),
                    context());
}

dispatch::time_point pool::impl::now() const {
  return self_->clock().now();
}

double pool::impl::random() {
  return std::uniform_real_distribution<double>{}(random_);
}

// A pool that nobody can reach any more must not be made reachable again, and
// is not run by the execution unit that it knows.
caf::strong_actor_ptr pool::impl::self_ptr() const {
  if (activity_ == activity::abandoning)
    return nullptr;
  return self_->ctrl();
}

caf::execution_unit* pool::impl::context() const {
  return activity_ == activity::abandoning ? nullptr : self_->context();
}

} // namespace troupe
