// SPDX-License-Identifier: Apache-2.0

#include "link/poller.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

#include <pthread.h>

#include "caf/actor_system.hpp"

#include "link/grpc_streams.hpp"
#include "scheduling/guest_turn.hpp"

namespace troupe {

namespace {

using clock = std::chrono::steady_clock;

constexpr int thread_count = 2;

/// After an event the next one is looked for without sleeping for this long: a
/// thread that sleeps takes as long to wake up as a request takes all in all.
constexpr auto spin = std::chrono::microseconds{50};

/// An actor that has the thread for longer than this loses it the queue.
constexpr auto patience = std::chrono::milliseconds{2};

/// While no actor has the thread when it is looked at, it is looked at less and
/// less often, down to this.
constexpr auto longest_pause = std::chrono::milliseconds{8};

/// After this time without an actor the reserve goes to sleep.
constexpr auto attention_span = std::chrono::milliseconds{100};

thread_local guest_turn* this_guest = nullptr;

thread_local bool this_on_duty = false;

} // namespace

/// What the two threads have in common. One leads: it has the queue. The other
/// follows: it watches the leader while that runs actors now and then.
class poller::shared {
public:
  shared(caf::actor_system& sys, std::unique_ptr<grpc::CompletionQueue> queue)
      : system_(sys), queue_(std::move(queue)) {
    // nop
  }

  grpc::CompletionQueue& queue() noexcept {
    return *queue_;
  }

  void run(bool leads) {
    {
      guest_turn guest{system_};
      this_guest = &guest;
      while (leads || follow())
        leads = lead(guest);
      this_guest = nullptr;
    }
    std::unique_lock guard{mtx_};
    --threads_;
    auto left_behind = left_behind_;
    changed_.notify_all();
    guard.unlock();
    if (left_behind)
      system_.dec_detached_threads();
  }

  /// @returns whether both threads have ended. Otherwise the system waits for
  ///          the rest at its own end.
  bool await_end(caf::timespan timeout) {
    std::unique_lock guard{mtx_};
    changed_.wait(guard, [this] { return drained_; });
    if (changed_.wait_for(guard, timeout, [this] { return threads_ == 0; }))
      return true;
    left_behind_ = true;
    for (int i = 0; i < threads_; ++i)
      system_.inc_detached_threads();
    return false;
  }

private:
  /// Runs the queue until it is drained or the other thread has taken it.
  /// @returns false.
  bool lead(guest_turn& guest) {
    void* tag = nullptr;
    auto ok = false;
    while (next(tag, ok)) {
      auto [stream, what] = *static_cast<grpc_stream::tag*>(tag);
      this_on_duty = true;
      stream->completed(what, ok);
      this_on_duty = false;
      // The stream may be gone.
      expect(what);
      // Without a reserve the queue would be lost to an actor.
      if (!guest.ready() || !has_reserve_)
        guest.hand_over();
      else if (!lend(guest))
        return false;
    }
    std::lock_guard guard{mtx_};
    drained_ = true;
    changed_.notify_all();
    return false;
  }

  /// Where one reads and writes by turns, somebody waits for an answer. What
  /// goes in one direction only is not worth a core.
  void expect(grpc_stream::operation done) {
    using operation = grpc_stream::operation;
    if (done != operation::read && done != operation::write) {
      expectant_ = false;
      return;
    }
    expectant_ = done != last_;
    last_ = done;
  }

  bool next(void*& tag, bool& ok) {
    using status = grpc::CompletionQueue::NextStatus;
    if (!expectant_)
      return queue_->Next(&tag, &ok);
    auto now = gpr_time_0(GPR_CLOCK_MONOTONIC);
    for (auto end = clock::now() + spin; clock::now() < end;) {
      auto result = queue_->AsyncNext(&tag, &ok, now);
      if (result != status::TIMEOUT)
        return result == status::GOT_EVENT;
    }
    return queue_->Next(&tag, &ok);
  }

  /// Runs an actor.
  /// @returns whether this thread still leads afterwards.
  bool lend(guest_turn& guest) {
    auto turn = ++turn_;
    if (!attentive_) {
      std::lock_guard guard{mtx_};
      attentive_ = true;
      changed_.notify_all();
    }
    guest.run();
    return turn_.compare_exchange_strong(turn, turn + 1);
  }

  /// Waits until the leader is lost to an actor.
  /// @returns whether this thread leads now; otherwise the queue is drained.
  bool follow() {
    std::unique_lock guard{mtx_};
    has_reserve_ = true;
    auto quiet = clock::duration{0};
    clock::duration pause = patience;
    while (!drained_) {
      if (!attentive_) {
        changed_.wait(guard, [this] { return drained_ || attentive_; });
        quiet = clock::duration{0};
        pause = patience;
        continue;
      }
      auto before = turn_.load();
      changed_.wait_for(guard, pause, [this] { return drained_; });
      auto after = turn_.load();
      auto same_actor = after == before && before % 2 == 1;
      if (same_actor && turn_.compare_exchange_strong(after, before + 1)) {
        has_reserve_ = false;
        return true;
      }
      quiet = after == before ? quiet + pause : clock::duration{0};
      pause = after % 2 == 1
                  ? clock::duration{patience}
                  : std::min<clock::duration>(2 * pause, longest_pause);
      if (quiet >= attention_span) {
        attentive_ = false;
        // The leader may have looked just before.
        if (turn_ != before)
          attentive_ = true;
      }
    }
    return false;
  }

  caf::actor_system& system_;
  std::unique_ptr<grpc::CompletionQueue> queue_;

  /// The next event will come soon, and matters. Used by who leads.
  bool expectant_ = false;

  /// What was done last, reading or writing. Used by who leads.
  grpc_stream::operation last_ = grpc_stream::operation::read;

  /// Counts beginnings and ends of actors' turns: odd during one. Who makes it
  /// even leads.
  std::atomic<uint64_t> turn_ = 0;
  std::atomic<bool> attentive_ = false;

  /// A thread follows.
  std::atomic<bool> has_reserve_ = false;

  std::mutex mtx_;
  std::condition_variable changed_;
  bool drained_ = false;
  bool left_behind_ = false;
  int threads_ = thread_count;
};

poller::poller(caf::actor_system& sys,
               std::unique_ptr<grpc::CompletionQueue> queue)
    : shared_(std::make_shared<shared>(sys, std::move(queue))) {
  for (auto leads : {true, false})
    threads_.emplace_back([x = shared_, leads] {
      pthread_setname_np(pthread_self(), "troupe.link");
      x->run(leads);
    });
}

poller::~poller() {
  // nop
}

grpc::CompletionQueue& poller::queue() noexcept {
  return shared_->queue();
}

void poller::stop(caf::timespan timeout) {
  shared_->queue().Shutdown();
  auto ended = shared_->await_end(timeout);
  for (auto& thread : threads_) {
    if (ended)
      thread.join();
    else
      thread.detach();
  }
  threads_.clear();
}

bool poller::on_duty() noexcept {
  return this_on_duty;
}

caf::execution_unit* poller::context() {
  return this_guest != nullptr ? this_guest->next() : nullptr;
}

} // namespace troupe
