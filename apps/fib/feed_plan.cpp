// SPDX-License-Identifier: Apache-2.0

#include "feed_plan.hpp"

namespace fib_app {

feed_plan::feed_plan(size_t tasks, size_t window)
    : tasks_(tasks), window_(window) {
  // nop
}

std::optional<uint32_t> feed_plan::next() {
  if (paused_ || on_the_way_ == window_)
    return std::nullopt;
  if (!returned_.empty()) {
    auto task = returned_.back();
    returned_.pop_back();
    ++on_the_way_;
    return task;
  }
  if (first_unsent_ == tasks_)
    return std::nullopt;
  ++on_the_way_;
  return first_unsent_++;
}

bool feed_plan::refused(uint32_t task) {
  --on_the_way_;
  returned_.push_back(task);
  auto first = !paused_;
  paused_ = true;
  return first;
}

void feed_plan::resume() {
  paused_ = false;
}

void feed_plan::handled(size_t answers) {
  on_the_way_ -= answers;
}

} // namespace fib_app
