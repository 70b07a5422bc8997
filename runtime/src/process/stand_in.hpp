// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "caf/actor.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/message.hpp"
#include "caf/result.hpp"
#include "caf/system_messages.hpp"

#include "process/held_message.hpp"
#include "process/host_messages.hpp"
#include "process/process_end.hpp"
#include "process/stop_plan.hpp"
#include "process/worker_page.hpp"
#include "troupe/process/process_options.hpp"
#include "troupe/scheduling/cell_hooks.hpp"
#include "troupe/scheduling/detail/start_record.hpp"
#include "troupe/scheduling/envelope_actor.hpp"

namespace troupe {

struct salvage;

/// What a stand-in is to do.
struct stand_in_order {
  process_options options;

  /// Of the actor in the process.
  std::string type;
  caf::message args;

  /// Whom it belongs to.
  std::string child = {};
  uint64_t generation = 0;

  /// Has the worker processes.
  caf::actor host = {};

  /// Who waits for the acknowledgement of the start.
  caf::strong_actor_ptr starter = {};
};

/// Stands in, in this process, for an actor in a worker process; `process`
/// tells what it promises.
///
/// Each message is kept here until it is answered, or handled if nobody waits
/// for an answer. The process has no more than a few that are not handled yet.
class stand_in : public envelope_actor {
public:
  stand_in(caf::actor_config& cfg, stand_in_order order);

  const char* name() const override;

  // -- any thread -------------------------------------------------------------

  /// Messages that are kept.
  uint64_t held() const noexcept {
    return held_.load(std::memory_order_relaxed);
  }

  /// What the worker process tells of itself; null before there is one.
  const worker_page* page() const noexcept {
    return seen_page_.load(std::memory_order_acquire);
  }

protected:
  caf::behavior make_behavior() override;

  bool take(caf::mailbox_element& x) override;

private:
  // -- messages, in stand_in.cpp ----------------------------------------------

  void given(worker_given& x);
  caf::result<uint64_t> resident_bytes() const;
  void up();
  bool is_task(const caf::mailbox_element& x) const;
  void refuse(caf::mailbox_element& x);
  bool take_checkpoint(caf::mailbox_element& x);
  void pump();
  void hand_over(uint64_t number, held_message& x);
  bool answered(caf::mailbox_element& x);
  bool is_lost(const caf::mailbox_element& x) const;
  void forget(uint64_t number);

  // -- the end, in stand_in_end.cpp -------------------------------------------

  void exit_asked(const caf::exit_msg& x);
  void perform(std::optional<stop_phase> what);
  void seat_down();
  void give_up();
  void process_ended(const process_end& how);
  void end(caf::error reason);
  void leave_all(salvage& found);
  std::optional<uint64_t> in_work() const;

  stand_in_order order_;
  stop_plan stop_;

  /// Of the process, once there is one.
  std::optional<uint64_t> worker_;
  int64_t pid_ = 0;
  std::shared_ptr<shared_page> page_;
  caf::strong_actor_ptr seat_;
  /// Whether the seat can be reached.
  bool linked_ = false;
  /// Whether the actor has started.
  bool up_ = false;

  /// All messages by number, in the order in which they came.
  std::map<uint64_t, held_message> messages_;
  uint64_t last_number_ = 0;
  uint64_t last_sent_ = 0;

  /// Messages that were sent, and those of them that did not get there.
  uint64_t sent_ = 0;
  uint64_t undelivered_ = 0;

  /// Numbers of messages by the ids of their responses.
  std::unordered_map<uint64_t, uint64_t> requests_;

  /// The message in work when the process died.
  caf::mailbox_element_ptr in_work_;

  /// Why it was asked to end.
  std::optional<caf::error> asked_;
  /// What the actor has ended with.
  std::optional<caf::error> told_;
  /// Why the process was given up.
  std::optional<std::string> given_up_;

  std::atomic<uint64_t> held_ = 0;
  std::atomic<const worker_page*> seen_page_ = nullptr;
};

/// Starts a stand-in as a cell.
/// @param record Of its start; is acknowledged once the actor is up.
caf::strong_actor_ptr
launch_stand_in(caf::actor_system& sys, caf::actor_config& cfg,
                std::unique_ptr<detail::start_record> record,
                const cell_hooks& hooks, stand_in_order order);

} // namespace troupe
