// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "caf/actor.hpp"
#include "caf/behavior.hpp"
#include "caf/error.hpp"
#include "caf/execution_unit.hpp"
#include "caf/expected.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"
#include "caf/result.hpp"
#include "caf/system_messages.hpp"

#include "pool/dispatch.hpp"
#include "pool/gathering.hpp"
#include "pool/pool_action.hpp"
#include "pool/task_store.hpp"
#include "supervision/quarantine.hpp"
#include "troupe/location/start_desk.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/pool/pool.hpp"

namespace troupe {

/// Carries out what `dispatch` decides, and tells it what happens.
class pool::impl : public std::enable_shared_from_this<impl> {
public:
  impl(pool* self, pool_options options);

  caf::behavior make_behavior();

  bool take(caf::mailbox_element& x);

  /// Answers all tasks and tells all workers to exit, at once and without
  /// waiting for them.
  void abandon();

private:
  /// What is needed to start and reach the worker of a slot.
  struct place {
    starter start;
    uint64_t generation = 0;
    caf::strong_actor_ptr worker = {};

    /// The last generation that was given a time to exit.
    std::optional<uint64_t> stop_armed = {};
  };

  struct request_entry {
    size_t slot;
    task_key task;
  };

  // -- what arrives -----------------------------------------------------------

  void task_arrived(caf::mailbox_element& x);

  void task_with_options_arrived(stored_task task);

  /// Gives a copy of the task to each worker.
  void scatter(stored_task task, const task_options& options);

  /// Cancels a group of tasks, and all groups below it.
  size_t cancel(const std::string& group);

  bool response_arrived(caf::mailbox_element& x);

  bool is_task(const caf::mailbox_element& x) const;

  size_t add(starter x);

  void start_ended(incarnation who, caf::expected<caf::actor> worker);

  void actor_down(const caf::down_msg& x);

  void stop(const caf::error& reason);

  // -- what is to be done -----------------------------------------------------

  void perform();

  void carry_out(const assign_task& x);
  void carry_out(const release_reply& x);
  void carry_out(const fail_task& x);
  void carry_out(const abandon_task& x);
  void carry_out(const drop_task& x);
  void carry_out(const interrupt_worker& x);
  void carry_out(const replace_worker& x);
  void carry_out(const delay_start& x);
  void carry_out(const start_worker& x);
  void carry_out(const probe_worker& x);
  void carry_out(const measure_worker& x);
  void carry_out(const stop_worker& x);
  void carry_out(const kill_worker& x);
  void carry_out(const remove_slot& x);
  void carry_out(const report_event& x);
  void carry_out(const add_worker& x);
  void carry_out(const all_stopped& x);

  void measure(incarnation who);

  // -- helpers ----------------------------------------------------------------

  /// Gives the task its only answer.
  void answer(task_key x, caf::strong_actor_ptr from, caf::message reply);

  void answer_copy(uint64_t gathering, task_key x, caf::message reply);

  void set_aside(const stored_task& x, const std::vector<task_loss>& history);

  caf::result<void> replay(uint64_t number);

  caf::result<void> discard(uint64_t number);

  /// Sees to it that `dispatch::hedge` and `fit` are called in time.
  void arm_look();

  /// Sees to it that `dispatch::expire` is called in time.
  void arm_deadline();

  stored_task take_out(task_key x);

  void forget_request(stored_task& x);

  /// Forgets what all workers sent for the task that is in doubt.
  void forget_withheld(task_key x);

  void send_exit_to(const caf::strong_actor_ptr& worker,
                    caf::exit_reason reason);

  dispatch::time_point now() const;

  double random();

  caf::strong_actor_ptr self_ptr() const;

  caf::execution_unit* context() const;

  pool* self_;
  pool_options options_;
  start_desk starts_;
  dispatch dispatch_;
  std::map<size_t, place> places_;
  task_store tasks_;

  /// Tasks that workers have, by request id.
  std::unordered_map<uint64_t, request_entry> requests_;

  /// Errors in doubt, by the worker's slot: there may be two copies of a task.
  std::map<std::pair<task_key, size_t>, caf::message> withheld_;

  /// Tasks that were scattered, by number.
  std::unordered_map<uint64_t, gathering> gatherings_;
  uint64_t last_gathering_ = 0;

  /// When the last of the messages that was sent for it calls
  /// `dispatch::expire`.
  std::optional<dispatch::time_point> deadline_armed_;
  size_t deadline_serial_ = 0;

  /// As above, for `dispatch::hedge` and `fit`.
  std::optional<dispatch::time_point> look_armed_;
  size_t look_serial_ = 0;

  std::vector<return_address> drains_;

  /// Whoever asked to be told when there is room in the queue.
  std::vector<return_address> room_waiters_;
  std::vector<caf::actor> watchers_;
  std::minstd_rand random_;
  quarantine quarantine_;
  std::optional<caf::error> exit_reason_;

  enum class activity : uint8_t { idle = 1, performing, abandoning };
  activity activity_ = activity::idle;
};

} // namespace troupe
