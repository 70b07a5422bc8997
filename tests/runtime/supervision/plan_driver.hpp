// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "caf/error.hpp"
#include "caf/exit_reason.hpp"

#include "supervision/plan.hpp"
#include "troupe/base/errc.hpp"

namespace troupe::test {

/// A world of children without actors: carries out what a `supervision_plan`
/// decides, tells it what comes of it, and keeps a log of both.
///
/// Nothing happens by itself but what follows from what a test does. By default
/// a child starts when it is told to and ends when it is asked to.
class plan_driver {
public:
  using time_point = supervision_plan::time_point;

  enum class start_result : uint8_t { up, fails, declines, holds };
  enum class stop_result : uint8_t { ends, ignores_exit, never_ends };

  struct child {
    std::string name;
    /// What comes of the next starts; afterwards all are up.
    std::deque<start_result> starts;
    stop_result stops = stop_result::ends;
    /// The incarnation that is being started or lives.
    std::optional<child_ref> present;
    bool is_up = false;
  };

  explicit plan_driver(const plan_rules& rules) : plan(rules) {
    // nop
  }

  // -- set up -----------------------------------------------------------------

  child& add(const std::string& name, const child_policy& policy = {}) {
    auto place = plan.add(std::make_shared<child_policy>(policy));
    return put(place, name);
  }

  void begin() {
    plan.begin(now);
    settle();
  }

  // -- what happens -----------------------------------------------------------

  /// Ends the child's incarnation by itself.
  void end(const std::string& name, caf::error reason) {
    auto& x = get(name);
    ASSERT_TRUE(x.is_up) << name << " is not up";
    finish(x, std::move(reason));
    settle();
  }

  void fail(const std::string& name) {
    end(name, make_error(errc::unhandled_exception, "boom"));
  }

  /// Decides a start that was held.
  void release(const std::string& name, start_result result) {
    auto& x = get(name);
    ASSERT_TRUE(x.present && !x.is_up) << name << " is not being started";
    decide(x, *x.present, result);
    settle();
  }

  /// Passes time, stopping at each deadline on the way.
  void advance(caf::timespan x) {
    auto end = now + x;
    for (auto due = plan.next_deadline(); due && *due <= end;
         due = plan.next_deadline()) {
      now = std::max(now, *due);
      plan.tick(now);
      settle();
    }
    now = end;
  }

  /// Carries out what was decided behind the driver's back.
  void tick() {
    settle();
  }

  void shut_down() {
    plan.shut_down(now);
    settle();
  }

  // -- requests ---------------------------------------------------------------

  call_id start(const std::string& name, const child_policy& policy = {},
                std::deque<start_result> starts = {}) {
    auto call = ++last_call_;
    auto place = plan.start(call, std::make_shared<child_policy>(policy), now);
    if (place)
      put(*place, name).starts = std::move(starts);
    settle();
    return call;
  }

  call_id stop(const std::string& name) {
    return ask(
        [this, id = place_of(name)](call_id x) { plan.stop(x, id, now); });
  }

  call_id restart(const std::string& name) {
    return ask(
        [this, id = place_of(name)](call_id x) { plan.restart(x, id, now); });
  }

  call_id remove(const std::string& name) {
    return ask([this, id = place_of(name)](call_id x) { plan.remove(x, id); });
  }

  /// Returns `"ok"`, the name of the error, or `"waits"`.
  std::string answer(call_id x) const {
    auto i = answers_.find(x);
    if (i == answers_.end())
      return "waits";
    return i->second ? to_string(*i->second) : "ok";
  }

  // -- observers --------------------------------------------------------------

  child& get(const std::string& name) {
    return children_.at(place_of(name));
  }

  bool has(const std::string& name) const {
    return places_.count(name) > 0;
  }

  bool is_up(const std::string& name) {
    return has(name) && get(name).is_up;
  }

  uint64_t generation(const std::string& name) {
    return plan.places()[place_of(name)].generation;
  }

  child_info info(const std::string& name) {
    child_info result;
    plan.describe(place_of(name), now, result);
    return result;
  }

  /// Returns and empties the log, as in `"start a, start b"`.
  std::string log() {
    std::string result;
    for (auto& line : std::exchange(log_, {}))
      result += (result.empty() ? "" : ", ") + line;
    return result;
  }

  /// Returns and empties the list of reports, as in `"started a"`.
  std::string reports() {
    std::string result;
    for (auto& x : std::exchange(reports_, {}))
      result += (result.empty() ? "" : ", ") + to_string(x.first.what) + " "
                + x.second;
    return result;
  }

  const std::vector<std::pair<report_child, std::string>>& all_reports() const {
    return reports_;
  }

  /// Why the supervisor exits, if it does.
  std::optional<exit_later> exit_cause;
  bool exits_quietly = false;
  bool exited = false;
  bool ready = false;

  supervision_plan plan;
  time_point now{std::chrono::hours{1}};
  /// Picks from the range of delays.
  double random = 1.0;

private:
  child& put(place_id place, const std::string& name) {
    places_[name] = place;
    auto& result = children_[place];
    result = child{};
    result.name = name;
    return result;
  }

  place_id place_of(const std::string& name) const {
    return places_.at(name);
  }

  template <class F>
  call_id ask(F f) {
    auto call = ++last_call_;
    f(call);
    settle();
    return call;
  }

  void settle() {
    while (auto action = plan.next())
      std::visit([this](auto& x) { perform(x); }, *action);
  }

  void finish(child& x, caf::error reason) {
    auto who = *std::exchange(x.present, std::nullopt);
    x.is_up = false;
    plan.ended(who, reason, now, random);
  }

  void decide(child& x, child_ref who, start_result result) {
    switch (result) {
      case start_result::up:
        x.is_up = true;
        EXPECT_TRUE(plan.started(who, now));
        break;
      case start_result::fails:
        x.present = std::nullopt;
        plan.start_failed(who, make_error(errc::unhandled_exception, "no"), now,
                          random);
        break;
      case start_result::declines:
        x.present = std::nullopt;
        plan.declined(who, now);
        break;
      case start_result::holds:
        break;
    }
  }

  child* present(child_ref who) {
    auto i = children_.find(who.place);
    if (i == children_.end() || i->second.present != who)
      return nullptr;
    return &i->second;
  }

  std::string name_of(place_id x) const {
    auto i = children_.find(x);
    return i == children_.end() ? "?" : i->second.name;
  }

  void note(const std::string& verb, place_id x) {
    log_.push_back(verb + " " + name_of(x));
  }

  void perform(const launch_child& x) {
    auto& y = children_.at(x.who.place);
    note(x.moved ? "start elsewhere" : "start", x.who.place);
    EXPECT_FALSE(y.present) << "two incarnations of " << y.name;
    y.present = x.who;
    y.is_up = false;
    auto result = start_result::up;
    if (!y.starts.empty()) {
      result = y.starts.front();
      y.starts.pop_front();
    }
    decide(y, x.who, result);
  }

  void perform(const cancel_launch& x) {
    note("cancel", x.who.place);
  }

  void perform(const ask_child_to_exit& x) {
    note("ask", x.who.place);
    auto y = present(x.who);
    if (y != nullptr && y->stops == stop_result::ends)
      finish(*y, make_error(caf::exit_reason::user_shutdown));
  }

  void perform(const kill_child& x) {
    note("kill", x.who.place);
    auto y = present(x.who);
    if (y != nullptr && y->stops != stop_result::never_ends)
      finish(*y, make_error(caf::exit_reason::kill));
  }

  void perform(const cancel_message& x) {
    note("cancel message of", x.who.place);
  }

  void perform(const disown_child& x) {
    note("disown", x.who.place);
    if (auto y = present(x.who)) {
      y->present = std::nullopt;
      y->is_up = false;
    }
  }

  void perform(const close_place& x) {
    closed[name_of(x.place)] = x.reason;
  }

  void perform(const remove_place& x) {
    note("remove", x.place);
    places_.erase(name_of(x.place));
    children_.erase(x.place);
  }

  void perform(const answer_call& x) {
    EXPECT_EQ(answers_.count(x.call), 0u) << "answered twice";
    answers_[x.call] = x.code;
  }

  void perform(const report_child& x) {
    reports_.emplace_back(x, name_of(x.who.place));
  }

  void perform(const all_started&) {
    EXPECT_FALSE(ready);
    ready = true;
  }

  void perform(const exit_later& x) {
    EXPECT_FALSE(exit_cause);
    exit_cause = x;
  }

  void perform(const exit_quietly&) {
    exits_quietly = true;
  }

  void perform(const exit_now&) {
    EXPECT_FALSE(exited);
    exited = true;
    log_.push_back("exit");
  }

public:
  /// Why no incarnation was to come, by name.
  std::map<std::string, caf::error> closed;

private:
  std::map<place_id, child> children_;
  std::map<std::string, place_id> places_;
  std::map<call_id, std::optional<errc>> answers_;
  std::vector<std::string> log_;
  std::vector<std::pair<report_child, std::string>> reports_;
  call_id last_call_ = 0;
};

} // namespace troupe::test
