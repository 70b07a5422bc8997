// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "caf/actor.hpp"
#include "caf/behavior.hpp"
#include "caf/error.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/expected.hpp"
#include "caf/response_promise.hpp"
#include "caf/result.hpp"
#include "caf/system_messages.hpp"

#include "supervision/handle_report.hpp"
#include "supervision/plan.hpp"
#include "supervision/quarantine.hpp"
#include "supervision/resident.hpp"
#include "supervision/supervisor_messages.hpp"
#include "troupe/location/start_desk.hpp"
#include "troupe/supervision/checkpoint_note.hpp"
#include "troupe/supervision/supervisor.hpp"

namespace troupe {

/// Carries out what a `supervision_plan` decides, and tells it what happens.
class supervisor_state : public std::enable_shared_from_this<supervisor_state> {
public:
  /// @pre `validate(spec)` found nothing.
  supervisor_state(caf::event_based_actor* self, supervisor_spec spec);

  caf::behavior make_behavior();

  /// Kills all children and waits for none.
  void abandon(const caf::error& reason);

private:
  using answer_type = caf::result<caf::actor>;

  /// Who gets events, and what stands before the ids in them.
  struct watcher {
    caf::actor who;
    std::string path;
  };

  struct waiting_call {
    caf::response_promise promise;
    /// Whether success is the child's handle.
    bool wants_handle;
  };

  // -- requests, in supervisor_requests.cpp -----------------------------------

  caf::result<void> await_ready();
  answer_type start(std::shared_ptr<const child_spec> spec, std::string id);
  answer_type start_static(child_spec& spec);
  answer_type start_dynamic(starter* start);
  caf::result<void> stop(const std::string& id);
  answer_type restart(const std::string& id);
  caf::result<void> remove(const std::string& id);
  answer_type child(const std::string& id);
  caf::result<child_info, caf::actor> probe(const std::string& id);
  child_info info_of(place_id id, supervision_plan::time_point time) const;
  std::vector<child_info> children();
  void watch(caf::actor& who, std::string path);
  caf::result<void> replay(uint64_t number);
  caf::result<void> discard(uint64_t number);
  void tell_of_start(const watcher& x, place_id place);
  std::optional<place_id> find(const std::string& id) const;
  call_id wait(bool wants_handle);

  // -- what happens, in supervisor_state.cpp ----------------------------------

  place_id settle_in(place_id place, std::shared_ptr<const child_spec> spec,
                     std::string id);
  void start_ended(child_ref who, caf::expected<caf::actor> x);
  void reachable(child_reachable& x);
  void down(child_down& x);
  void note_death(place_id place, std::string text, const caf::error& reason);
  void take_checkpoint(const checkpoint_note& x);
  void look();
  void look_after(caf::timespan pause);
  void notice(handle_report& x);
  void exit_asked(const caf::error& reason);
  void perform();
  void arm();
  supervision_plan::time_point now() const;
  double random();

  // -- what is to be done, in supervisor_actions.cpp --------------------------

  void carry_out(const launch_child& x);
  void carry_out(const cancel_launch& x);
  void carry_out(const ask_child_to_exit& x);
  void carry_out(const kill_child& x);
  void carry_out(const cancel_message& x);
  void carry_out(const disown_child& x);
  void carry_out(const close_place& x);
  void carry_out(const remove_place& x);
  void carry_out(const answer_call& x);
  void carry_out(const report_child& x);
  void carry_out(const all_started& x);
  void carry_out(const exit_later& x);
  void carry_out(const exit_quietly& x);
  void carry_out(const exit_now& x);

  void tell_to_exit(const caf::actor& x, caf::exit_reason reason);
  void refuse_ready();
  void emit(supervision_event x);
  uint64_t key_of(place_id place) const;

  caf::event_based_actor* self_;
  supervision_plan plan_;
  start_desk desk_;

  /// Dynamic children are made from it.
  std::shared_ptr<const child_spec> template_;
  std::shared_ptr<const child_policy> template_policy_;
  uint64_t last_dynamic_ = 0;
  auto_shutdown shutdown_;

  /// By place.
  std::vector<resident> residents_;
  std::unordered_map<std::string, place_id> index_;
  uint32_t last_serial_ = 0;

  /// Places of children that may get stuck.
  std::unordered_set<place_id> hasty_;
  /// When they are looked at next.
  std::optional<supervision_plan::time_point> look_due_;

  std::unordered_map<call_id, waiting_call> calls_;
  call_id last_call_ = 0;
  std::vector<caf::response_promise> ready_calls_;
  std::vector<watcher> watchers_;
  quarantine quarantine_;
  std::minstd_rand random_;

  std::optional<caf::error> exit_reason_;
  /// How the incarnation died whose end is being dealt with.
  std::string death_;
  /// What it has done.
  cell_work work_;
  /// Its last messages, if it has failed.
  std::vector<std::string> last_messages_;
  /// What the incarnation did that was given up last.
  std::string activity_;
  bool ready_ = false;
  bool performing_ = false;
  std::optional<supervision_plan::time_point> armed_;
};

} // namespace troupe
