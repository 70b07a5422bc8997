// SPDX-License-Identifier: Apache-2.0

#include "runtime/supervision/random_node.hpp"

using namespace std::chrono_literals;

namespace troupe::test {

void node::begin(done up, done down) {
  up_ = std::move(up);
  down_ = std::move(down);
  if (rules_.strategy != supervision_strategy::dynamic)
    for (int n = world_.below(5); n >= 0; --n)
      settle(plan_.add(random_policy()));
  plan_.begin(world_.now);
  perform();
}

void node::shut_down() {
  if (ended_)
    return;
  shutting_down_ = true;
  plan_.shut_down(world_.now);
  perform();
}

void node::disturb() {
  if (ended_)
    return;
  auto i = random_child();
  if (i == children_.end()) {
    ask_for_child();
    return;
  }
  auto& x = i->second;
  if (x.below && world_.happens(800)) {
    x.below->disturb();
    return;
  }
  auto place = i->first;
  switch (world_.below(8)) {
    case 0:
      ask_for_child();
      return;
    case 1:
      x.stop_requested = true;
      plan_.stop(next_call(), place, world_.now);
      break;
    case 2:
      x.stop_requested = true;
      plan_.restart(next_call(), place, world_.now);
      break;
    case 3:
      plan_.remove(next_call(), place);
      break;
    case 4:
      plan_.busy({place, x.generation}, world_.below(5) * 1s, world_.now,
                 world_.fraction());
      break;
    default:
      if (x.alive)
        end_child({place, x.generation}, random_reason());
      return;
  }
  perform();
}

std::optional<time_point> node::next_deadline() {
  if (ended_)
    return std::nullopt;
  auto result = plan_.next_deadline();
  for (auto& [place, x] : children_)
    if (x.below)
      if (auto y = x.below->next_deadline(); y && (!result || *y < *result))
        result = y;
  return result;
}

void node::tick() {
  if (ended_)
    return;
  plan_.tick(world_.now);
  perform();
  for (auto& x : below())
    x->tick();
}

void node::check() {
  for (auto& [place, x] : children_) {
    if (ended_)
      break;
    auto state = plan_.places()[place].state;
    auto running = state != child_state::empty && state != child_state::waiting;
    // None is lost: the plan knows of exactly those that exist.
    ASSERT_EQ(running, x.alive || x.starting) << "place " << place;
  }
  for (auto& x : below())
    x->check();
}

void node::check_settled() {
  if (ended_)
    return;
  ASSERT_TRUE(waiting_.empty()) << waiting_.size() << " calls unanswered";
  for (auto& [place, x] : children_) {
    auto& y = plan_.places()[place];
    ASSERT_TRUE(y.state == child_state::empty || y.state == child_state::up);
    ASSERT_TRUE(y.state == child_state::up || !y.wanted || x.may_be_empty)
        << "a child was not restarted";
  }
  for (auto& x : below())
    x->check_settled();
}

plan_rules node::random_rules(world& w) {
  plan_rules result;
  result.strategy = static_cast<supervision_strategy>(1 + w.below(4));
  if (w.happens(100))
    result.intensity = std::nullopt;
  else
    result.intensity = restart_intensity{static_cast<size_t>(w.below(6)), 5s};
  result.scope = static_cast<intensity_scope>(1 + w.below(2));
  result.shutdown = static_cast<auto_shutdown>(1 + w.below(3));
  return result;
}

std::shared_ptr<const child_policy> node::random_policy() {
  auto& w = world_;
  child_policy x;
  x.restart = static_cast<restart_type>(1 + w.below(3));
  x.kind = depth_ < 3 && w.happens(300) ? child_kind::supervisor
                                        : child_kind::worker;
  x.shutdown = w.happens(100)   ? stop_limit::at_once()
               : w.happens(100) ? stop_limit::none()
                                : stop_limit::within(1s);
  if (w.happens(300))
    x.delay = restart_backoff{.bounds = {100ms, 2s}, .reset_after = 3s};
  if (x.restart != restart_type::permanent
      && rules_.shutdown != auto_shutdown::never && w.happens(300))
    x.significant = significance::significant;
  if (w.happens(200))
    x.hang = hang_detection{.longest = 2s,
                            .policy = static_cast<stuck_policy>(1 + w.below(3)),
                            .grace = 1s};
  return std::make_shared<child_policy>(x);
}

caf::error node::random_reason() {
  switch (world_.below(4)) {
    case 0:
      return {};
    case 1:
      return make_error(caf::exit_reason::user_shutdown);
    case 2:
      return make_error(caf::exit_reason::kill);
    default:
      return make_error(errc::unhandled_exception, "random");
  }
}

void node::ask_for_child() {
  auto policy = random_policy();
  if (auto place = plan_.start(next_call(), policy, world_.now))
    settle(*place);
  perform();
}

std::map<place_id, node::child>::iterator node::random_child() {
  if (children_.empty())
    return children_.end();
  return std::next(children_.begin(),
                   world_.below(static_cast<int>(children_.size())));
}

std::vector<std::shared_ptr<node>> node::below() {
  std::vector<std::shared_ptr<node>> result;
  for (auto& [place, x] : children_)
    if (x.below)
      result.push_back(x.below);
  return result;
}

void node::later(std::function<void()> f) {
  world_.pending.push_back([weak = weak_from_this(), f = std::move(f)] {
    if (auto self = weak.lock(); self && !self->ended_)
      f();
  });
}

node::child* node::find(child_ref who) {
  auto i = children_.find(who.place);
  return i != children_.end() && i->second.generation == who.generation
             ? &i->second
             : nullptr;
}

void node::end_child(child_ref who, caf::error reason) {
  auto x = find(who);
  if (x == nullptr || !x->alive)
    return;
  x->alive = false;
  if (auto below = std::exchange(x->below, nullptr))
    below->kill();
  auto kind = kind_of(reason);
  x->may_be_empty =
      x->restart == restart_type::temporary
      || (x->restart == restart_type::transient && !is_failure(kind))
      || x->may_be_empty;
  plan_.ended(who, reason, world_.now, world_.fraction());
  perform();
}

void node::below_ended(child_ref who, caf::error why) {
  auto x = find(who);
  if (x != nullptr && x->starting) {
    later([this, who, why] { below_ended(who, why); });
    return;
  }
  if (x != nullptr && x->alive)
    x->below = nullptr;
  end_child(who, std::move(why));
}

void node::start_ended(child_ref who, int result) {
  auto x = find(who);
  ASSERT_TRUE(x != nullptr && x->starting);
  x->starting = false;
  if (result == 0) {
    x->alive = true;
    x->may_be_empty = false;
    ASSERT_TRUE(plan_.started(who, world_.now));
  } else if (result == 1) {
    x->below = nullptr;
    x->may_be_empty = true;
    plan_.declined(who, world_.now);
  } else {
    x->below = nullptr;
    plan_.start_failed(who, make_error(errc::start_timeout), world_.now,
                       world_.fraction());
  }
  perform();
}

void node::finish(caf::error reason) {
  ended_ = true;
  for (auto& x : below())
    x->kill();
  if (auto up = std::exchange(up_, nullptr))
    up(reason ? reason : make_error(errc::supervisor_stopping));
  if (auto down = std::exchange(down_, nullptr))
    down(std::move(reason));
}

void node::perform() {
  if (std::exchange(performing_, true))
    return;
  while (auto action = plan_.next())
    std::visit([this](auto& x) { carry_out(x); }, *action);
  performing_ = false;
  if (exiting_now_)
    finish(exit_reason_);
}

void node::carry_out(const launch_child& x) {
  auto& y = children_.at(x.who.place);
  ASSERT_FALSE(y.alive || y.starting) << "two incarnations in one place";
  ASSERT_FALSE(shutting_down_) << "started while shutting down";
  ++world_.incarnations;
  y.generation = x.who.generation;
  y.starting = true;
  y.stop_requested = false;
  auto& policy = *plan_.places()[x.who.place].policy;
  // Without a limit they would rightly be waited for.
  auto limited = policy.shutdown.limit().has_value();
  y.ignores_exit = limited && world_.happens(world_.odds.ignores_exit);
  y.never_ends = limited && world_.happens(world_.odds.never_ends);
  auto result = world_.happens(world_.odds.start_fails)      ? 2
                : world_.happens(world_.odds.start_declines) ? 1
                                                             : 0;
  if (policy.kind == child_kind::worker || result != 0) {
    later([this, who = x.who, result] { start_ended(who, result); });
    return;
  }
  y.below = std::make_shared<node>(world_, depth_ + 1);
  y.below->begin(
      [this, weak = weak_from_this(), who = x.who](caf::error why) {
        if (auto self = weak.lock())
          later([this, who, why] { start_ended(who, why ? 2 : 0); });
      },
      [this, weak = weak_from_this(), who = x.who](caf::error why) {
        if (auto self = weak.lock())
          later([this, who, why] { below_ended(who, why); });
      });
}

void node::carry_out(const ask_child_to_exit& x) {
  check_order(x.who);
  auto& y = children_.at(x.who.place);
  if (y.below)
    y.below->shut_down();
  else if (!y.ignores_exit && !y.never_ends)
    later([this, who = x.who] {
      end_child(who, make_error(caf::exit_reason::user_shutdown));
    });
}

void node::carry_out(const kill_child& x) {
  if (!children_.at(x.who.place).never_ends)
    later([this, who = x.who] {
      end_child(who, make_error(caf::exit_reason::kill));
    });
}

void node::carry_out(const disown_child& x) {
  auto& y = children_.at(x.who.place);
  y.alive = false;
  y.below = nullptr;
  later([this, who = x.who] {
    plan_.ended(who, make_error(caf::exit_reason::kill), world_.now,
                world_.fraction());
    perform();
  });
}

void node::carry_out(const report_child& x) {
  if (x.what != supervision_event::kind::restarting)
    return;
  ++world_.restarts;
  if (!rules_.intensity)
    return;
  // The budget by the test's own books.
  auto& [most, period] = *rules_.intensity;
  auto& times = rules_.scope == intensity_scope::per_child
                    ? restarts_[x.who.place]
                    : restarts_[0];
  if (rules_.scope == intensity_scope::per_child
      && times.first != first_generation(x.who.place))
    times = {first_generation(x.who.place), {}};
  times.second.push_back(world_.now);
  auto in_window =
      std::count_if(times.second.begin(), times.second.end(),
                    [&](auto t) { return world_.now - t <= period; });
  ASSERT_LE(static_cast<size_t>(in_window), most);
  ASSERT_LE(x.restarts, most);
}

void node::carry_out(const exit_now&) {
  ASSERT_TRUE(shutting_down_);
  for (auto& [place, x] : children_)
    ASSERT_FALSE(x.alive || x.starting) << "left alone";
  exiting_now_ = true;
}

void node::check_order(child_ref who) {
  if (!shutting_down_ || rules_.strategy == supervision_strategy::dynamic
      || children_.at(who.place).stop_requested)
    return;
  auto& places = plan_.places();
  for (auto id = places[who.place].next; id != place::none;
       id = places[id].next)
    ASSERT_FALSE(children_.at(id).alive) << "out of order";
}

} // namespace troupe::test
