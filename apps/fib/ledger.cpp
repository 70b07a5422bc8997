// SPDX-License-Identifier: Apache-2.0

#include "ledger.hpp"

#include <array>
#include <utility>

#include "troupe/actors/fib.hpp"

namespace fib_app {

namespace {

/// Returns what each n must give, computed in another way than workers do.
const auto& expected_values() {
  static const auto values = [] {
    std::array<uint64_t, troupe::max_fib + 1> result = {};
    for (size_t n = 0; n < result.size(); ++n)
      result[n] = troupe::fib_iterative(static_cast<int64_t>(n));
    return result;
  }();
  return values;
}

} // namespace

ledger::ledger(task_list tasks)
    : tasks_(std::move(tasks)), answers_(tasks_.size()) {
  // nop
}

void ledger::book(const result_batch& x) {
  for (auto& home : x.new_workers)
    workers_.push_back({home});
  for (auto& result : x.results)
    book(result);
  failed_ += x.failures.size();
  if (!first_failure_ && !x.failures.empty())
    first_failure_ = x.failures.front().reason;
}

void ledger::book(const task_result& x) {
  if (x.task >= answers_.size() || x.worker >= workers_.size()) {
    ++wrong_;
    return;
  }
  auto& slot = answers_[x.task];
  if (slot) {
    ++repeated_;
    return;
  }
  slot = {x.value, x.elapsed, x.worker};
  ++answered_;
  ++workers_[x.worker].tasks;
  workers_[x.worker].busy += x.elapsed;
  if (x.value != expected_values()[tasks_[x.task]])
    ++wrong_;
}

} // namespace fib_app
