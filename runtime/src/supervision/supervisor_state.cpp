// SPDX-License-Identifier: Apache-2.0

#include "supervision/supervisor_state.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "caf/actor_cast.hpp"
#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"

#include "base/random_seed.hpp"
#include "supervision/activity.hpp"
#include "supervision/end_notice.hpp"
#include "supervision/hang_watch.hpp"
#include "troupe/base/death_reason.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exit_kind.hpp"
#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/exit_origin.hpp"

namespace troupe {

namespace {

plan_rules rules_of(const supervisor_spec& x) {
  return {x.strategy, x.intensity, x.scope, x.shutdown, x.kill_timeout};
}

} // namespace

supervisor_state::supervisor_state(caf::event_based_actor* self,
                                   supervisor_spec spec)
    : self_(self),
      plan_(rules_of(spec)),
      desk_(self),
      shutdown_(spec.shutdown),
      quarantine_(spec.max_quarantined),
      random_(static_cast<uint32_t>(random_seed(*self))) {
  for (auto& x : spec.watchers)
    watch(x, {});
  for (auto& x : spec.children) {
    auto child = std::make_shared<const child_spec>(std::move(x));
    auto policy = std::make_shared<const child_policy>(policy_of(*child));
    if (spec.strategy == supervision_strategy::dynamic) {
      template_ = std::move(child);
      template_policy_ = std::move(policy);
      continue;
    }
    auto id = child->id;
    settle_in(plan_.add(std::move(policy)), std::move(child), std::move(id));
  }
}

caf::behavior supervisor_state::make_behavior() {
  self_->set_exit_handler([this](caf::exit_msg& x) { exit_asked(x.reason); });
  self_->set_down_handler([this](caf::down_msg& x) {
    auto gone = [&](auto& y) { return y.who == x.source; };
    watchers_.erase(std::remove_if(watchers_.begin(), watchers_.end(), gone),
                    watchers_.end());
  });
  // A stray error is no reason to end.
  self_->set_error_handler([](caf::error&) {});
  self_->attach_functor([state = shared_from_this()](const caf::error& reason) {
    state->abandon(reason);
  });
  plan_.begin(now());
  perform();
  return {
      [this](ready_atom) { return await_ready(); },
      [this](start_atom, child_spec& x) { return start_static(x); },
      [this](start_atom) { return start_dynamic(nullptr); },
      [this](start_atom, starter& x) { return start_dynamic(&x); },
      [this](stop_atom, const std::string& id) { return stop(id); },
      [this](restart_atom, const std::string& id) { return restart(id); },
      [this](delete_atom, const std::string& id) { return remove(id); },
      [this](children_atom) { return children(); },
      [this](count_atom) { return plan_.counts(); },
      [this](child_atom, const std::string& id) { return child(id); },
      [this](watch_atom, caf::actor& x) { watch(x, {}); },
      [this](watch_atom, caf::actor& x, std::string& path) {
        watch(x, std::move(path));
      },
      [this](quarantine_atom) { return quarantine_.list(); },
      [this](replay_atom, uint64_t number) { return replay(number); },
      [this](discard_atom, uint64_t number) { return discard(number); },
      [this](probe_atom, const std::string& id) { return probe(id); },
      // From here on only sent by the supervisor itself and by its children.
      [this](child_reachable& x) { reachable(x); },
      [this](child_down& x) { down(x); },
      [this](checkpoint_atom, const checkpoint_note& x) { take_checkpoint(x); },
      [this](plan_due& x) {
        if (armed_ && *armed_ <= x.time)
          armed_.reset();
        plan_.tick(now());
        perform();
      },
      [this](look_for_stuck) { look(); },
      [this](handle_report& x) { notice(x); },
  };
}

void supervisor_state::abandon(const caf::error& reason) {
  auto killed = make_error(caf::exit_reason::kill);
  for (auto& x : residents_) {
    if (x.incarnation)
      x.incarnation->enqueue(
          nullptr, caf::make_message_id(caf::message_priority::high),
          caf::make_message(caf::exit_msg{x.incarnation->address(), killed}),
          nullptr);
    x.incarnation = nullptr;
    if (x.handle)
      std::exchange(x.handle, nullptr)->close(reason);
  }
  auto gone = make_error(errc::supervisor_stopping, "the supervisor has ended");
  for (auto& x : std::exchange(calls_, {}))
    x.second.promise.deliver(gone);
  refuse_ready();
  residents_.clear();
  watchers_.clear();
}

// -- what happens -------------------------------------------------------------

place_id supervisor_state::settle_in(place_id place,
                                     std::shared_ptr<const child_spec> spec,
                                     std::string id) {
  if (place >= residents_.size())
    residents_.resize(place + 1);
  auto& x = residents_[place];
  x.id = &index_.emplace(std::move(id), place).first->first;
  x.serial = ++last_serial_;
  if (spec->hang)
    hasty_.insert(place);
  x.spec = std::move(spec);
  return place;
}

void supervisor_state::start_ended(child_ref who, caf::expected<caf::actor> x) {
  if (x && !*x)
    x = make_error(errc::start_failed, "the starter returned no actor");
  if (!x) {
    if (plan_.places().contains(who.place)
        && plan_.places()[who.place].generation == who.generation)
      residents_[who.place].incarnation = nullptr;
    if (x.error() == errc::start_ignored) {
      plan_.declined(who, now());
    } else {
      if (plan_.places().contains(who.place))
        note_death(who.place, to_string(explain(x.error())), x.error());
      plan_.start_failed(who, x.error(), now(), random());
    }
  } else if (plan_.started(who, now())) {
    auto& y = residents_[who.place];
    y.incarnation = *x;
    y.handle->bind(*x, who.generation, self_->context());
    notify_of_end(*x, caf::actor_cast<caf::weak_actor_ptr>(self_), who);
    if (y.spec->hang)
      look_after(judge_hang(std::nullopt, *y.spec->hang).look_again);
  } else {
    tell_to_exit(*x, caf::exit_reason::kill);
  }
  perform();
}

void supervisor_state::reachable(child_reachable& x) {
  auto id = find(x.id);
  if (!id)
    return;
  auto& place = plan_.places()[*id];
  if (place.generation != x.generation || place.state != child_state::starting)
    return;
  residents_[*id].incarnation = x.who;
  if (place.canceled)
    tell_to_exit(x.who, caf::exit_reason::user_shutdown);
}

void supervisor_state::down(child_down& x) {
  auto [place, generation] = x.who;
  if (plan_.places().contains(place)
      && plan_.places()[place].generation == generation) {
    auto& y = residents_[place];
    auto told = !watchers_.empty() || is_failure(kind_of(x.reason));
    if (told)
      note_death(place,
                 to_string(explain(x.reason, exit_origin_of(y.incarnation))),
                 x.reason);
    if (!watchers_.empty())
      work_ = work_of(y.incarnation);
    if (!watchers_.empty() && is_failure(kind_of(x.reason)))
      last_messages_ = last_messages_of(y.incarnation);
    y.incarnation = nullptr;
    if (y.handle)
      y.handle->unbind(generation);
  }
  plan_.ended(x.who, x.reason, now(), random());
  perform();
  death_.clear();
  work_ = {};
  last_messages_.clear();
}

void supervisor_state::note_death(place_id place, std::string text,
                                  const caf::error& reason) {
  if (is_failure(kind_of(reason)))
    residents_[place].last_death = std::make_unique<std::string>(text);
  death_ = std::move(text);
}

void supervisor_state::take_checkpoint(const checkpoint_note& x) {
  auto place = find(x.child());
  // What a disowned incarnation has to say is out of date.
  if (!place || plan_.places()[*place].generation != x.generation())
    return;
  if (auto why = x.take_refusal())
    emit({.what = supervision_event::kind::checkpoint_refused,
          .child = x.child(),
          .generation = x.generation(),
          .reason = std::move(why)});
  if (auto newest = x.take(); !newest.empty())
    residents_[*place].checkpoint = std::move(newest);
}

void supervisor_state::look_after(caf::timespan pause) {
  auto due = now() + pause;
  if (look_due_ && *look_due_ <= due)
    return;
  look_due_ = due;
  self_->delayed_send(self_, pause, look_for_stuck{});
}

void supervisor_state::look() {
  // An earlier look has made up for one that had been planned.
  if (!look_due_ || now() < *look_due_)
    return;
  look_due_.reset();
  std::optional<caf::timespan> pause;
  // Giving a child up may remove its place.
  auto places = hasty_;
  for (auto place : places) {
    auto& x = residents_[place];
    if (!x.incarnation)
      continue;
    auto stats = stats_of(x.incarnation);
    auto busy_for = stats ? stats->busy_for : std::nullopt;
    auto again = judge_hang(busy_for, *x.spec->hang).look_again;
    // What is known of it is as old as the last look.
    if (x.incarnation->node() != self_->node())
      again = std::min(
          again, judge_hang(x.spec->hang->longest, *x.spec->hang).look_again);
    pause = pause ? std::min(*pause, again) : again;
    plan_.busy({place, plan_.places()[place].generation},
               busy_for.value_or(caf::timespan{0}), now(), random());
  }
  if (pause)
    look_after(*pause);
  perform();
}

void supervisor_state::exit_asked(const caf::error& reason) {
  if (!reason || exit_reason_)
    return;
  exit_reason_ = reason;
  plan_.shut_down(now());
  perform();
}

void supervisor_state::perform() {
  // A starter may end at once, in the middle of this.
  if (std::exchange(performing_, true))
    return;
  while (auto action = plan_.next())
    std::visit([this](auto& x) { carry_out(x); }, *action);
  performing_ = false;
  arm();
}

void supervisor_state::arm() {
  auto due = plan_.next_deadline();
  if (!due || (armed_ && *armed_ <= *due))
    return;
  armed_ = *due;
  auto wait = *due - now();
  if (wait > caf::timespan{0})
    self_->delayed_send(self_, wait, plan_due{*due});
  else
    self_->send(self_, plan_due{*due});
}

supervision_plan::time_point supervisor_state::now() const {
  return self_->clock().now();
}

double supervisor_state::random() {
  return std::uniform_real_distribution<double>{}(random_);
}

} // namespace troupe
