// SPDX-License-Identifier: Apache-2.0

#include "scheduling/guest_turn.hpp"

#include <chrono>
#include <utility>

#include "caf/actor_system.hpp"
#include "caf/intrusive_ptr.hpp"
#include "caf/resumable.hpp"
#include "caf/scheduler/abstract_coordinator.hpp"

#include "troupe/scheduling/detail/turn.hpp"
#include "troupe/scheduling/ticks.hpp"

namespace troupe {

namespace {

/// Messages of one turn: a guest is not there to stay.
constexpr size_t messages_per_turn = 4;

constexpr auto longest_turn = std::chrono::microseconds{50};

} // namespace

guest_turn::guest_turn(caf::actor_system& sys) : execution_unit(&sys) {
  // nop
}

guest_turn::~guest_turn() {
  hand_over();
}

caf::execution_unit* guest_turn::next() {
  if (offers_++ == 0)
    return this;
  if (auto job = std::exchange(job_, nullptr))
    system().scheduler().enqueue(job);
  return nullptr;
}

void guest_turn::exec_later(caf::resumable* job) {
  if (offers_ == 1 && job_ == nullptr)
    job_ = job;
  else
    system().scheduler().enqueue(job);
}

void guest_turn::run() {
  offers_ = 0;
  auto job = std::exchange(job_, nullptr);
  auto& turn = detail::this_turn;
  turn.start = ticks::now();
  turn.end = turn.start + ticks::from_duration(longest_turn);
  auto result = job->resume(this, messages_per_turn);
  detail::finish_run(turn, ticks::now());
  turn = {};
  switch (result) {
    case caf::resumable::resume_later:
      system().scheduler().enqueue(job);
      break;
    case caf::resumable::shutdown_execution_unit:
      break;
    case caf::resumable::awaiting_message:
    case caf::resumable::done:
      caf::intrusive_ptr_release(job);
      break;
  }
}

void guest_turn::hand_over() {
  offers_ = 0;
  if (auto job = std::exchange(job_, nullptr))
    system().scheduler().enqueue(job);
}

} // namespace troupe
