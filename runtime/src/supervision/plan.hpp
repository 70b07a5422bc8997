// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "supervision/child_policy.hpp"
#include "supervision/deadline_queue.hpp"
#include "supervision/place_table.hpp"
#include "supervision/plan_action.hpp"
#include "supervision/restart_ledger.hpp"
#include "troupe/supervision/child_info.hpp"
#include "troupe/supervision/supervisor_spec.hpp"

namespace troupe {

/// The part of a `supervisor_spec` that decisions depend on.
struct plan_rules {
  supervision_strategy strategy = supervision_strategy::one_for_one;
  std::optional<restart_intensity> intensity = restart_intensity{};
  intensity_scope scope = intensity_scope::per_supervisor;
  auto_shutdown shutdown = auto_shutdown::never;
  caf::timespan kill_timeout = std::chrono::seconds{5};
};

/// Decides everything that a supervisor decides: who is started, restarted,
/// stopped and given up, and when.
///
/// Pure: gets time and randomness as arguments, does nothing itself, and never
/// learns where a child lives. Each call that tells it something leaves actions
/// to be taken with `next` until there are none; they are meant in this order.
/// A notice about an incarnation that is not the present one of its place is
/// ignored. No call takes time in proportion to the number of children, but for
/// the passes that stop or start them all.
class supervision_plan {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit supervision_plan(const plan_rules& rules);

  /// Takes the next thing to do.
  std::optional<plan_action> next();

  /// Returns when to call `tick`, if there is a need. May have passed already.
  std::optional<time_point> next_deadline();

  // -- the beginning and the end ----------------------------------------------

  /// Appends a place that `begin` starts.
  place_id add(std::shared_ptr<const child_policy> policy);

  /// Starts the children in order.
  void begin(time_point now);

  /// Stops all children; then comes `exit_now`.
  void shut_down(time_point now);

  // -- what happens to children -----------------------------------------------

  /// The incarnation is up.
  /// @returns `false` if it is not the one that is being started: it is to be
  ///          killed, and nobody waits for it.
  [[nodiscard]] bool started(child_ref who, time_point now);

  /// The child does not want to be started.
  void declined(child_ref who, time_point now);

  void start_failed(child_ref who, const caf::error& reason, time_point now,
                    double random);

  /// The incarnation has ended.
  void ended(child_ref who, const caf::error& reason, time_point now,
             double random);

  /// The incarnation has been handling one message for so long.
  void busy(child_ref who, caf::timespan busy_for, time_point now,
            double random);

  /// Time has passed. Is to be called on its own, not after another event: so
  /// that what has arrived since then, such as a shutdown, comes before the
  /// next attempt at a child that does not start.
  void tick(time_point now);

  // -- requests, each answered with one `answer_call` -------------------------

  /// Appends a place and starts its child.
  /// @returns the place, or nothing if the supervisor is stopping.
  std::optional<place_id> start(call_id call,
                                std::shared_ptr<const child_policy> policy,
                                time_point now);

  void stop(call_id call, place_id x, time_point now);

  void restart(call_id call, place_id x, time_point now);

  void remove(call_id call, place_id x);

  // -- observers --------------------------------------------------------------

  const place_table& places() const noexcept {
    return places_;
  }

  /// Fills in state, generation, restarts, limit, last failure and next start.
  void describe(place_id x, time_point now, child_info& result) const;

  child_counts counts() const;

private:
  /// What is under way with all children, or a group of them.
  enum class course : uint8_t {
    /// Nothing.
    steady = 1,
    /// Children are stopped, from the last one down to the first of the group.
    stopping,
    /// The group waits for its restart.
    pausing,
    /// Children are started, from `cursor_` on.
    starting,
  };

  struct waiting_call {
    call_id id;
    /// Whether it waits for the child to be up, or else to be down.
    bool for_start;
  };

  // Of plan.cpp.
  place* find(child_ref who);
  void set_state(place& x, child_state state);
  void launch(place_id id, time_point now);
  void end(place_id id, const caf::error& reason, time_point now,
           double random);
  void after_down(place_id id, const caf::error& reason, time_point now);
  void end_for_now(place_id id, const caf::error& reason);
  void fail(place_id id, const caf::error& reason, time_point now,
            double random);
  void restart_alone(place_id id, child_state before, caf::timespan delay,
                     time_point now);
  void look_at_significance(const child_policy& policy, time_point now);
  void note_failure(place_id id, const caf::error& reason, time_point now);
  void report(supervision_event::kind what, place_id id,
              const caf::error& reason = {});
  void report_budget(supervision_event::kind what, place_id id,
                     const caf::error& reason, caf::timespan delay,
                     time_point now);

  // Of plan_course.cpp.
  void begin_group(place_id first, caf::timespan delay, time_point now);
  void try_group_again(place_id id, caf::timespan delay, time_point now);
  void begin_exit(time_point now);
  void advance(time_point now);
  void advance_stop(time_point now);
  void advance_start(time_point now);
  bool stop_at_cursor(time_point now);
  void step_past(place_id id);
  bool in_group(const place& x) const;
  bool is_ahead(const place& x) const;
  bool is_significant_ahead() const;
  bool is_being_stopped(const place& x) const;
  void begin_stop(place_id id, time_point now);
  void stop_all(time_point now);
  void cancel_start(place_id id);
  void stop_overdue(place_id id, time_point now);
  void exit_if_stopped();
  void disown(place_id id);
  void set_deadline(deadline::kind what, place_id id, time_point due);
  bool is_void(const deadline& x) const;

  // Of plan_requests.cpp.
  void wait(call_id call, place_id x, bool for_start);
  void answer(call_id call, place_id x, std::optional<errc> code,
              const caf::error& reason = {});
  void answer_waiting(place_id x, bool for_start, std::optional<errc> code,
                      const caf::error& reason = {});
  void answer_all_starts(errc code);
  bool waits_for_start(place_id x) const;
  void take_out(place_id x);

  plan_rules rules_;
  place_table places_;
  restart_ledger ledger_;
  deadline_queue deadlines_;

  course course_ = course::steady;
  place_id cursor_ = place::none;
  /// Position of the first child of the group.
  uint64_t group_begin_ = 0;
  /// With `pausing`, when to go on.
  time_point group_due_ = {};
  /// Whether all children were started once.
  bool ready_ = false;
  bool exiting_ = false;
  bool exited_ = false;

  uint64_t last_generation_ = 0;
  size_t running_ = 0;
  size_t up_ = 0;
  size_t supervisors_ = 0;
  size_t significant_running_ = 0;
  uint64_t restarts_ = 0;
  std::unordered_set<uint64_t> disowned_;
  std::unordered_map<place_id, std::vector<waiting_call>> calls_;

  std::vector<plan_action> actions_;
  size_t taken_ = 0;
};

} // namespace troupe
