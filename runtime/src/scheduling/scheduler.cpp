// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/scheduler.hpp"

#include <algorithm>
#include <thread>

#include <unistd.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/exit_reason.hpp"
#include "caf/scheduled_actor.hpp"

#include "troupe/base/cores.hpp"

#include "port/cpus.hpp"
#include "scheduling/timeout_clock.hpp"
#include "scheduling/worker.hpp"

namespace troupe {

namespace {

/// Ends actors that never got another turn.
class undertaker final : public caf::execution_unit {
public:
  undertaker(caf::actor_system& sys, injection_queue<caf::resumable*>& queue)
      : execution_unit(&sys), queue_(queue) {
    // nop
  }

  void exec_later(caf::resumable* job) override {
    queue_.push(job);
  }

  void bury(caf::resumable* job) {
    if (job->subtype() == caf::resumable::scheduled_actor)
      end(*static_cast<caf::scheduled_actor*>(job));
    caf::intrusive_ptr_release(job);
  }

private:
  /// As the actor itself would: the state of a `stateful_actor` is destroyed by
  /// `on_exit`, and by nothing else.
  void end(caf::scheduled_actor& x) {
    if (x.getf(caf::abstract_actor::is_cleaned_up_flag))
      return;
    x.context(this);
    x.on_exit();
    x.cleanup(caf::exit_reason::user_shutdown, this);
  }

  injection_queue<caf::resumable*>& queue_;
};

} // namespace

class scheduler::impl {
public:
  explicit impl(caf::actor_system& sys) : sys_(sys) {
    // nop
  }

  void start() {
    auto& opts = options;
    auto cpus = port::allowed_cpus();
    if (!opts.workers)
      opts.workers = usable_cores();
    auto n = std::max<size_t>(*opts.workers, 1);
    std::vector<int> cores;
    if (opts.placement == worker_placement::pinned)
      cores = port::assign_cpus(cpus, n, static_cast<size_t>(getpid()));
    group = std::make_unique<worker_group>(n);
    group->options = opts;
    for (size_t i = 0; i < n; ++i) {
      std::optional<int> cpu;
      if (i < cores.size())
        cpu = cores[i];
      group->workers.push_back(std::make_unique<worker>(sys_, *group, i, cpu));
    }
    for (auto& x : group->workers)
      x->start();
    timer.start(sys_);
  }

  void stop_workers() {
    group->stopping.store(true, std::memory_order_seq_cst);
    group->idle.wake_all();
    for (auto& x : group->workers)
      x->join();
    drain();
    // Detached actors may still make others runnable. A thread of one that has
    // ended goes on until no delayed message refers to the actor.
    while (sys_.detached_actors() > 0) {
      timer.cancel_all();
      std::this_thread::sleep_for(std::chrono::microseconds{200});
      drain();
    }
    timer.stop();
    drain();
  }

  /// Ends all actors that wait for a turn.
  void drain() {
    undertaker unit{sys_, group->injected};
    for (auto& x : group->workers)
      while (auto job = x->take_leftover())
        unit.bury(job);
    std::vector<caf::resumable*> jobs;
    while (group->injected.take(1, SIZE_MAX, [&](auto job) {
      jobs.push_back(job);
    }) != 0) {
      for (auto job : jobs)
        unit.bury(job);
      jobs.clear();
    }
  }

  scheduler_options options;
  std::unique_ptr<worker_group> group;
  timeout_clock timer;

private:
  caf::actor_system& sys_;
};

scheduler::scheduler(caf::actor_system& sys)
    : abstract_coordinator(sys), impl_(std::make_unique<impl>(sys)) {
  // nop
}

scheduler::~scheduler() {
  // nop
}

caf::actor_system::module* scheduler::make(caf::actor_system& sys,
                                           caf::detail::type_list<>) {
  return new scheduler(sys);
}

const scheduler_options& scheduler::options() const noexcept {
  return impl_->options;
}

std::vector<worker_stats> scheduler::stats() const {
  std::vector<worker_stats> result;
  for (auto& x : impl_->group->workers)
    result.push_back(x->stats());
  return result;
}

void scheduler::enqueue(caf::resumable* job) {
  auto self = worker::current();
  if (self != nullptr && &self->group() == impl_->group.get())
    self->exec_later(job);
  else
    impl_->group->inject(job);
}

caf::actor_clock& scheduler::clock() noexcept {
  return impl_->timer;
}

void scheduler::init(caf::actor_system_config& cfg) {
  abstract_coordinator::init(cfg);
  impl_->options = read_scheduler_options(cfg);
}

void scheduler::start() {
  impl_->start();
  num_workers_ = impl_->group->workers.size();
  max_throughput_ = impl_->options.messages_per_turn;
  abstract_coordinator::start();
}

void scheduler::stop() {
  stop_actors();
  impl_->stop_workers();
}

} // namespace troupe
