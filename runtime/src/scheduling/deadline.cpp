// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/deadline.hpp"

namespace troupe {

namespace {

thread_local std::optional<deadline_scope::time_point> this_deadline;

} // namespace

deadline_scope::deadline_scope(time_point x) noexcept : outer_(this_deadline) {
  this_deadline = x;
}

deadline_scope::~deadline_scope() {
  this_deadline = outer_;
}

std::optional<deadline_scope::time_point> deadline_scope::current() noexcept {
  return this_deadline;
}

} // namespace troupe
