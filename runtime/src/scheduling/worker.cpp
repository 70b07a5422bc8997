// SPDX-License-Identifier: Apache-2.0

#include "scheduling/worker.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <pthread.h>

#include "caf/actor_system.hpp"

#include "port/asymmetric_fence.hpp"
#include "port/cpus.hpp"
#include "port/pause.hpp"
#include "troupe/scheduling/detail/turn.hpp"
#include "troupe/scheduling/ticks.hpp"

namespace troupe {

namespace {

thread_local worker* this_worker = nullptr;

/// Increments a counter that only the calling thread writes.
void bump(std::atomic<uint64_t>& x, uint64_t n = 1) noexcept {
  x.store(x.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

} // namespace

// -- worker_group -------------------------------------------------------------

void worker_group::inject(caf::resumable* job) {
  auto size = injected.push(job);
  port::light_fence();
  auto n = idle.load();
  // Each searcher will take one; who is still on the way up counts as well.
  if (n.sleeping == 0 || n.searching >= size)
    return;
  // The waker's core is the fastest to wake on, because the waker is about to
  // sleep itself as a rule. It has room for one.
  std::optional<size_t> preferred;
  if (options.placement == worker_placement::pinned) {
    auto here = port::current_cpu();
    for (size_t i = 0; i < workers.size(); ++i)
      if ((workers[i]->cpu() == here) == (n.searching == 0)) {
        preferred = i;
        break;
      }
  }
  idle.wake_one(preferred);
}

// -- construction and life ----------------------------------------------------

worker::worker(caf::actor_system& sys, worker_group& group, size_t index,
               std::optional<int> cpu)
    : execution_unit(&sys),
      group_(group),
      index_(index),
      cpu_(cpu),
      victim_(index),
      spin_ticks_(ticks::from_duration(group.options.spin)),
      slice_ticks_(ticks::from_duration(group.options.time_per_turn)),
      budget_(group.options.messages_per_turn, slice_ticks_) {
  // nop
}

worker::~worker() {
  // nop
}

void worker::start() {
  thread_ = std::thread{[this] {
    auto name = "troupe.w" + std::to_string(index_);
    pthread_setname_np(pthread_self(), name.c_str());
    if (cpu_)
      port::pin_this_thread(*cpu_);
    this_worker = this;
    system().thread_started();
    run();
    system().thread_terminates();
    this_worker = nullptr;
  }};
}

void worker::join() {
  thread_.join();
}

worker* worker::current() noexcept {
  return this_worker;
}

worker_stats worker::stats() const noexcept {
  return {turns_.load(std::memory_order_relaxed),
          stolen_.load(std::memory_order_relaxed),
          parks_.load(std::memory_order_relaxed),
          ticks::to_duration(busy_ticks())};
}

uint64_t worker::busy_ticks() const noexcept {
  auto born = born_.load(std::memory_order_acquire);
  if (born == 0)
    return 0;
  // In this order: a time without work is in one of the two, or for a moment in
  // both.
  auto since = idle_since_.load(std::memory_order_acquire);
  auto idle = idle_.load(std::memory_order_relaxed);
  auto now = ticks::now();
  if (since != 0 && now > since)
    idle += now - since;
  auto age = now > born ? now - born : 0;
  auto busy = age > idle ? age - idle : 0;
  // At that moment it seems less; what was told must not fall.
  auto told = told_busy_.load(std::memory_order_relaxed);
  while (told < busy
         && !told_busy_.compare_exchange_weak(told, busy,
                                              std::memory_order_relaxed))
    ;
  return std::max(told, busy);
}

// -- publishing work ----------------------------------------------------------

void worker::exec_later(caf::resumable* job) {
  if (this_worker != this) {
    group_.inject(job);
    return;
  }
  auto old = next_.exchange(job);
  if (old != nullptr)
    append(old);
  port::light_fence();
  auto n = group_.idle.load();
  if (n.sleeping == 0 || n.searching != 0)
    return;
  // A job in the next-slot alone needs a watcher only, since this worker most
  // likely takes it at once.
  if (old != nullptr || n.watching == 0)
    group_.idle.wake_one();
}

void worker::append(job_ptr job) {
  if (ring_.push(job))
    return;
  // Keep the order: the older half goes ahead of the new job.
  std::vector<job_ptr> batch;
  job_ptr x;
  while (batch.size() < ring_.capacity / 2 && ring_.pop(x))
    batch.push_back(x);
  batch.push_back(job);
  group_.injected.push(batch.begin(), batch.end());
}

// -- finding work -------------------------------------------------------------

worker::job_ptr worker::next_local() noexcept {
  job_ptr job = nullptr;
  auto now = detail::this_turn.start;
  if (direct_run_ < group_.options.direct_turns
      && now - direct_start_ < slice_ticks_) {
    if ((job = next_.take()) != nullptr) {
      ++direct_run_;
      return job;
    }
  }
  direct_run_ = 0;
  direct_start_ = now;
  if (ring_.pop(job))
    return job;
  return next_.take();
}

worker::job_ptr worker::take_injected() {
  job_ptr first = nullptr;
  auto room = ring_.capacity / 2 - std::min(ring_.size(), ring_.capacity / 2);
  group_.injected.take(group_.workers.size(), room + 1, [&](job_ptr x) {
    if (first == nullptr)
      first = x;
    else
      ring_.push(x);
  });
  return first;
}

worker::job_ptr worker::look_around() {
  if (auto job = take_injected())
    return job;
  auto n = group_.workers.size();
  for (size_t i = 1; i < n; ++i) {
    victim_ = (victim_ + 1) % n;
    if (victim_ == index_)
      victim_ = (victim_ + 1) % n;
    if (auto k = group_.workers[victim_]->ring_.steal_into(ring_); k != 0) {
      bump(stolen_, k);
      job_ptr job = nullptr;
      if (ring_.pop(job))
        return job;
    }
  }
  return nullptr;
}

worker::job_ptr worker::take_stuck() {
  for (auto& ptr : group_.workers) {
    auto& owner = *ptr;
    auto job = owner.next_.peek();
    if (&owner == this || job == nullptr)
      continue;
    auto turn = owner.turns_.load(std::memory_order_relaxed);
    auto start = ticks::now();
    while (owner.next_.peek() == job
           && owner.turns_.load(std::memory_order_relaxed) == turn) {
      if (ticks::now() - start >= spin_ticks_) {
        if (owner.next_.steal(job)) {
          bump(stolen_);
          return job;
        }
        break;
      }
      port::pause();
    }
  }
  return nullptr;
}

worker::job_ptr worker::relieve() {
  auto& owner = *group_.workers[watched_];
  auto turns = owner.turns_.load(std::memory_order_relaxed);
  auto now = detail::this_turn.start;
  auto same_turn = turns == watched_turns_;
  if (same_turn && now - watched_since_ < slice_ticks_)
    return nullptr;
  job_ptr first = nullptr;
  if (same_turn && &owner != this) {
    if (auto job = owner.next_.peek(); job != nullptr && owner.next_.steal(job))
      first = job;
    job_ptr job = nullptr;
    for (size_t n = 0; n < max_relieved && owner.ring_.steal_one(job); ++n) {
      bump(stolen_);
      if (first == nullptr)
        first = job;
      else
        append(job);
    }
  }
  watched_ = (watched_ + 1) % group_.workers.size();
  watched_turns_ =
      group_.workers[watched_]->turns_.load(std::memory_order_relaxed);
  watched_since_ = now;
  return first;
}

bool worker::shared_work() const noexcept {
  if (!group_.injected.empty())
    return true;
  return std::any_of(group_.workers.begin(), group_.workers.end(),
                     [](auto& x) { return !x->ring_.empty(); });
}

bool worker::slot_work() const noexcept {
  return std::any_of(group_.workers.begin(), group_.workers.end(),
                     [](auto& x) { return x->next_.peek() != nullptr; });
}

uint64_t worker::progress_of_others() const noexcept {
  uint64_t result = 0;
  for (auto& x : group_.workers)
    if (x.get() != this)
      result += x->turns_.load(std::memory_order_relaxed);
  return result;
}

// -- waiting for work ---------------------------------------------------------

worker::job_ptr worker::search() {
  auto start = ticks::now();
  do {
    if (auto job = look_around())
      return job;
    if (auto job = take_stuck())
      return job;
    for (int i = 0; i < 16; ++i)
      port::pause();
  } while (ticks::now() - start < spin_ticks_
           && !group_.stopping.load(std::memory_order_relaxed));
  return nullptr;
}

void worker::found(bool was_watching) {
  auto& idle = group_.idle;
  if (was_watching)
    idle.stop_watching();
  auto last = idle.stop_searching();
  if (!last && !was_watching)
    return;
  port::heavy_fence();
  auto n = idle.load();
  if (n.sleeping == 0 || n.searching != 0)
    return;
  if (shared_work() || (n.watching == 0 && slot_work()))
    idle.wake_one();
}

worker::job_ptr worker::wait_for_job() {
  auto& idle = group_.idle;
  const auto shortest_nap = group_.options.watch_interval / 8;
  auto nap_time = shortest_nap;
  auto watching = false;
  auto busy = false;
  idle.start_searching();
  for (;;) {
    auto progress = progress_of_others();
    if (auto job = search()) {
      found(watching);
      return job;
    }
    // Where short turns end, there will be a job in a next-slot again.
    busy = progress != progress_of_others() || slot_work();
    if (!watching && busy)
      watching = idle.start_watching();
    for (auto woken = false; !woken;) {
      idle.announce_sleep(index_);
      port::heavy_fence();
      if (group_.stopping.load(std::memory_order_seq_cst)) {
        idle.cancel_sleep(index_);
        found(watching);
        return nullptr;
      }
      if (shared_work()) {
        idle.cancel_sleep(index_);
        break;
      }
      if (!watching) {
        if (idle.load().watching == 0 && slot_work()) {
          idle.cancel_sleep(index_);
          break;
        }
        bump(parks_);
        idle.sleep(index_);
        break;
      }
      progress = progress_of_others();
      woken = idle.nap(index_, nap_time);
      nap_time = woken ? shortest_nap
                       : std::min(nap_time * 2, group_.options.watch_interval);
      if (!woken) {
        if (auto job = take_stuck()) {
          found(watching);
          return job;
        }
        if (progress == progress_of_others() && !slot_work()) {
          watching = false;
          idle.stop_watching();
          port::heavy_fence();
        }
      }
    }
  }
}

// -- running ------------------------------------------------------------------

caf::resumable::resume_result worker::give_turn(job_ptr job) {
  auto& turn = detail::this_turn;
  auto credit = credit_;
  turn.end = turn.start + slice_ticks_ + credit;
  for (;;) {
    bump(turns_);
    auto result = job->resume(this, budget_.messages());
    auto now = ticks::now();
    detail::finish_run(turn, now);
    budget_.book(now - turn.start);
    turn.start = now;
    if (credit > 0 && now < turn.end && result == caf::resumable::resume_later
        && !group_.stopping.load(std::memory_order_relaxed)) [[unlikely]]
      continue;
    auto overran = now > turn.end + slice_ticks_;
    if (overran || credit > 0) [[unlikely]]
      credit_ = overran
                    ? std::min(now - turn.end, max_credit_slices * slice_ticks_)
                    : 0;
    return result;
  }
}

void worker::execute(job_ptr job) {
  auto& turn = detail::this_turn;
  auto result = give_turn(job);
  if (credit_ > 0 && ring_.empty() && next_.peek() == nullptr) [[unlikely]]
    credit_ = 0; // nobody had to wait
  switch (result) {
    case caf::resumable::resume_later: {
      append(job);
      // The job itself needs no help, only others that wait with it.
      if (ring_.size() > 1 || next_.peek() != nullptr) {
        port::light_fence();
        auto n = group_.idle.load();
        if (n.sleeping != 0 && n.searching == 0)
          group_.idle.wake_one();
      }
      break;
    }
    case caf::resumable::awaiting_message:
      release_kept();
      turn.kept = job;
      break;
    case caf::resumable::done:
      caf::intrusive_ptr_release(job);
      break;
    case caf::resumable::shutdown_execution_unit:
      group_.stopping.store(true);
      break;
  }
}

void worker::release_kept() noexcept {
  if (auto job = std::exchange(detail::this_turn.kept, nullptr))
    caf::intrusive_ptr_release(job);
}

void worker::run() {
  auto& turn = detail::this_turn;
  turn.start = ticks::now();
  born_.store(turn.start, std::memory_order_release);
  while (!group_.stopping.load(std::memory_order_relaxed)) {
    // Who waited here while a handler overran its turn comes first, but not
    // twice in a row.
    job_ptr job = nullptr;
    if (credit_ > 0) [[unlikely]]
      job = std::exchange(favoured_, !favoured_) ? nullptr : next_local();
    if (job == nullptr
        && (++turns_since_look_ >= group_.options.injection_interval
            || turn.start - last_look_ >= slice_ticks_)) {
      turns_since_look_ = 0;
      last_look_ = turn.start;
      job = relieve();
      if (job == nullptr)
        job = take_injected();
    }
    if (job == nullptr)
      job = next_local();
    if (job == nullptr)
      job = look_around();
    if (job == nullptr) {
      // An actor that goes for good may make others runnable.
      release_kept();
      job = next_local();
      idle_since_.store(turn.start, std::memory_order_relaxed);
      if (job == nullptr)
        job = wait_for_job();
      auto now = ticks::now();
      bump(idle_, now - turn.start);
      idle_since_.store(0, std::memory_order_release);
      turn.start = now;
    }
    if (job != nullptr)
      execute(job);
  }
  release_kept();
  turn = {};
}

caf::resumable* worker::take_leftover() noexcept {
  if (auto job = next_.take())
    return job;
  job_ptr job = nullptr;
  return ring_.pop(job) ? job : nullptr;
}

} // namespace troupe
