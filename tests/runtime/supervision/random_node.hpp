// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "caf/exit_reason.hpp"

#include "runtime/supervision/random_world.hpp"
#include "supervision/plan.hpp"
#include "troupe/base/exit_kind.hpp"

namespace troupe::test {

class node : public std::enable_shared_from_this<node> {
public:
  using done = std::function<void(caf::error)>;

  node(world& w, int depth)
      : world_(w), depth_(depth), rules_(random_rules(w)), plan_(rules_) {
    // nop
  }

  /// @param up Is called with what became of the first start.
  /// @param down Is called once, when this has ended.
  void begin(done up, done down);

  void shut_down();

  /// Ends without order, as by a kill.
  void kill() {
    if (!ended_)
      finish(make_error(caf::exit_reason::kill));
  }

  /// Lets something happen that nobody expects.
  void disturb();

  std::optional<time_point> next_deadline();

  void tick();

  /// What must hold at any time.
  void check();

  /// What must hold when nothing is under way.
  void check_settled();

  bool ended() const {
    return ended_;
  }

private:
  struct child {
    uint64_t generation = 0;
    bool starting = false;
    bool alive = false;
    /// Whether it ended, declined or failed in a way that leaves it empty.
    bool may_be_empty = true;
    restart_type restart = restart_type::permanent;
    /// Does not end when it is asked to, or not even when it is killed.
    bool ignores_exit = false;
    bool never_ends = false;
    /// Whether it is stopped for its own sake.
    bool stop_requested = false;
    std::shared_ptr<node> below;
  };

  static plan_rules random_rules(world& w);

  std::shared_ptr<const child_policy> random_policy();

  caf::error random_reason();

  void settle(place_id place) {
    ASSERT_EQ(children_.count(place), 0u);
    children_[place] = child{};
    children_[place].restart = plan_.places()[place].policy->restart;
  }

  void ask_for_child();

  call_id next_call() {
    waiting_.insert(++last_call_);
    return last_call_;
  }

  std::map<place_id, child>::iterator random_child();

  std::vector<std::shared_ptr<node>> below();

  void later(std::function<void()> f);

  child* find(child_ref who);

  void end_child(child_ref who, caf::error reason);

  /// A supervisor below has ended. That it had started is told first.
  void below_ended(child_ref who, caf::error why);

  void start_ended(child_ref who, int result);

  void finish(caf::error reason);

  void perform();

  void carry_out(const launch_child& x);

  void carry_out(const cancel_launch&) {
    // The start ends by itself.
  }

  void carry_out(const ask_child_to_exit& x);

  void carry_out(const kill_child& x);

  void carry_out(const cancel_message&) {
    // Nobody listens.
  }

  void carry_out(const disown_child& x);

  void carry_out(const close_place& x) {
    children_.at(x.place).may_be_empty = true;
  }

  void carry_out(const remove_place& x) {
    auto& y = children_.at(x.place);
    ASSERT_FALSE(y.alive || y.starting) << "removed while it lives";
    children_.erase(x.place);
  }

  void carry_out(const answer_call& x) {
    ASSERT_EQ(waiting_.erase(x.call), 1u) << "answered twice";
  }

  void carry_out(const report_child& x);

  /// Tells children apart that had the same place.
  uint64_t first_generation(place_id x) const {
    return plan_.places()[x].position;
  }

  void carry_out(const all_started&) {
    if (auto up = std::exchange(up_, nullptr))
      up({});
  }

  void carry_out(const exit_later& x) {
    ASSERT_FALSE(shutting_down_);
    shutting_down_ = true;
    exit_reason_ = make_error(x.code);
  }

  void carry_out(const exit_quietly&) {
    ASSERT_FALSE(shutting_down_);
    shutting_down_ = true;
  }

  void carry_out(const exit_now&);

  /// A pass that stops children asks nobody while a later one is there.
  void check_order(child_ref who);

  world& world_;
  int depth_;
  plan_rules rules_;
  supervision_plan plan_;
  std::map<place_id, child> children_;
  std::map<place_id, std::pair<uint64_t, std::vector<time_point>>> restarts_;
  std::set<call_id> waiting_;
  call_id last_call_ = 0;
  done up_;
  done down_;
  caf::error exit_reason_ = make_error(caf::exit_reason::user_shutdown);
  bool performing_ = false;
  bool shutting_down_ = false;
  bool exiting_now_ = false;
  bool ended_ = false;
};

} // namespace troupe::test
