// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "caf/node_id.hpp"
#include "caf/timespan.hpp"

#include "task_list.hpp"
#include "task_result.hpp"

namespace fib_app {

/// Keeps account of a run: which task was answered by whom, and whether each
/// was answered once and rightly.
class ledger {
public:
  struct answer {
    uint64_t value = 0;
    caf::timespan elapsed{0};
    uint32_t worker = 0;
  };

  struct worker {
    caf::node_id home;
    uint64_t tasks = 0;
    caf::timespan busy{0};
  };

  explicit ledger(task_list tasks);

  /// Books all of `x`. A second answer to a task only counts as repeated, an
  /// answer to a task that does not exist as wrong.
  void book(const result_batch& x);

  const task_list& tasks() const noexcept {
    return tasks_;
  }

  /// Returns the first answer to each task.
  const std::vector<std::optional<answer>>& answers() const noexcept {
    return answers_;
  }

  const std::vector<worker>& workers() const noexcept {
    return workers_;
  }

  /// Returns how many tasks have an answer.
  size_t answered() const noexcept {
    return answered_;
  }

  /// Returns how many tasks have an answer or failed for good.
  size_t settled() const noexcept {
    return answered_ + failed_;
  }

  /// Returns how many tasks have no answer; once a run is over, they are lost.
  size_t missing() const noexcept {
    return tasks_.size() - answered_;
  }

  uint64_t repeated() const noexcept {
    return repeated_;
  }

  uint64_t wrong() const noexcept {
    return wrong_;
  }

  /// Returns why the first of the failed tasks failed.
  const std::optional<std::string>& first_failure() const noexcept {
    return first_failure_;
  }

private:
  void book(const task_result& x);

  task_list tasks_;
  std::vector<std::optional<answer>> answers_;
  std::vector<worker> workers_;
  size_t answered_ = 0;
  size_t failed_ = 0;
  uint64_t repeated_ = 0;
  uint64_t wrong_ = 0;
  std::optional<std::string> first_failure_;
};

} // namespace fib_app
