// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "caf/actor_control_block.hpp"
#include "caf/execution_unit.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"
#include "caf/message_id.hpp"

#include "pool/workload.hpp"
#include "troupe/scheduling/trace.hpp"

namespace troupe {

/// Where the answer to a message goes.
struct return_address {
  caf::strong_actor_ptr sender;
  caf::message_id mid;
  caf::mailbox_element::forwarding_stack stages;

  /// Takes the return address out of an arrived message.
  static return_address of(caf::mailbox_element& x) {
    return {std::move(x.sender), x.mid, std::move(x.stages)};
  }

  /// Answers once, as a CAF response promise of `from` would: with the next
  /// stage of a composition first, and not at all if nobody asked.
  void answer(caf::strong_actor_ptr from, caf::message reply,
              caf::execution_unit* context) {
    if (!stages.empty()) {
      auto next = std::move(stages.back());
      stages.pop_back();
      next->enqueue(caf::make_mailbox_element(std::move(sender), mid,
                                              std::move(stages),
                                              std::move(reply)),
                    context);
    } else if (sender && mid.is_request()) {
      sender->enqueue(caf::make_mailbox_element(std::move(from),
                                                mid.response_id(), {},
                                                std::move(reply)),
                      context);
    }
  }
};

/// A task as it arrived: all that is needed to send it to a worker, any number
/// of times, and to answer it.
struct stored_task {
  return_address origin = {};
  caf::message content = {};

  /// Under which it can be cancelled.
  std::string group = {};

  /// The scattered task of which it is one copy.
  std::optional<uint64_t> gathering = {};

  /// What it belongs to.
  std::optional<trace_context> trace = {};

  /// The request under which a worker has it.
  std::optional<uint64_t> request = {};

  /// The request under which a second worker has it.
  std::optional<uint64_t> second_request = {};
};

/// Keeps tasks under small numbers. Memory grows to the largest number of tasks
/// ever kept at once and is used again from then on.
class task_store {
public:
  task_key add(stored_task x) {
    if (free_.empty()) {
      tasks_.push_back(std::move(x));
      return static_cast<task_key>(tasks_.size() - 1);
    }
    auto result = free_.back();
    free_.pop_back();
    tasks_[result] = std::move(x);
    return result;
  }

  stored_task& at(task_key x) {
    return tasks_[x];
  }

  /// Calls `f(key, task)` for each task.
  template <class F>
  void for_each(F f) {
    std::vector<bool> is_free(tasks_.size());
    for (auto x : free_)
      is_free[x] = true;
    for (task_key x = 0; x < tasks_.size(); ++x)
      if (!is_free[x])
        f(x, tasks_[x]);
  }

  /// Takes the task out; its number names another task from then on.
  stored_task take(task_key x) {
    free_.push_back(x);
    return std::exchange(tasks_[x], stored_task{});
  }

private:
  std::deque<stored_task> tasks_;
  std::vector<task_key> free_;
};

} // namespace troupe
