// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <variant>

#include "caf/actor_clock.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/group.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"

namespace troupe {

/// Delivers timeouts and delayed messages from a thread of its own, which
/// sleeps until the earliest is due.
///
/// Same meaning as CAF's clock, but an actor that exits without a pending
/// timeout costs neither a lock nor a message to the thread.
class timeout_clock final : public caf::actor_clock {
public:
  void start(caf::actor_system& sys);

  /// Drops all that is pending and ends the thread.
  void stop();

  void set_ordinary_timeout(time_point t, caf::abstract_actor* self,
                            caf::atom_value type, uint64_t id) override;

  void set_multi_timeout(time_point t, caf::abstract_actor* self,
                         caf::atom_value type, uint64_t id) override;

  void set_request_timeout(time_point t, caf::abstract_actor* self,
                           caf::message_id id) override;

  void cancel_ordinary_timeout(caf::abstract_actor* self,
                               caf::atom_value type) override;

  void cancel_request_timeout(caf::abstract_actor* self,
                              caf::message_id id) override;

  void cancel_timeouts(caf::abstract_actor* self) override;

  void schedule_message(time_point t, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override;

  void schedule_message(time_point t, caf::group target,
                        caf::strong_actor_ptr sender,
                        caf::message content) override;

  void cancel_all() override;

private:
  /// A receive timeout; setting a new one replaces the old one of its type.
  struct ordinary {
    caf::strong_actor_ptr self;
    caf::atom_value type;
    uint64_t id;
  };

  struct multi {
    caf::strong_actor_ptr self;
    caf::atom_value type;
    uint64_t id;
  };

  struct request {
    caf::strong_actor_ptr self;
    caf::message_id id;
  };

  struct actor_message {
    caf::strong_actor_ptr receiver;
    caf::mailbox_element_ptr content;
  };

  struct group_message {
    caf::group target;
    caf::strong_actor_ptr sender;
    caf::message content;
  };

  using event =
      std::variant<ordinary, multi, request, actor_message, group_message>;

  using schedule_map = std::multimap<time_point, event>;

  /// Timeouts by actor, to cancel them.
  using actor_map =
      std::unordered_multimap<caf::actor_id, schedule_map::iterator>;

  void run();

  /// Adds an event, under the name of `owner` if that is not null.
  void add(time_point t, caf::abstract_actor* owner, event x);

  /// Removes the events of `owner` for which `pred` holds.
  template <class Predicate>
  void remove_if(caf::abstract_actor* owner, Predicate pred);

  void forget(const schedule_map::iterator& pos);

  static void ship(event& x);

  std::mutex mtx_;
  std::condition_variable cv_;
  schedule_map schedule_;
  actor_map by_actor_;
  /// Size of `by_actor_`, to be read without the lock.
  std::atomic<size_t> cancellable_ = 0;
  bool stopped_ = false;
  std::thread thread_;
};

} // namespace troupe
