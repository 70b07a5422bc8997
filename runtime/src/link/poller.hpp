// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <thread>
#include <vector>

#include <grpcpp/completion_queue.h>

#include "caf/fwd.hpp"
#include "caf/timespan.hpp"

namespace troupe {

/// Runs a completion queue on a thread, with a second one in reserve.
///
/// A message that comes alone wakes its receiver on the very thread that has
/// received it: no other thread has to wake up first, which is most of the time
/// that a request takes. Should the receiver take its time, the other thread
/// goes on with the queue after some milliseconds, whatever the actor does.
class poller {
public:
  poller(caf::actor_system& sys, std::unique_ptr<grpc::CompletionQueue> queue);

  /// @pre `stop` was called.
  ~poller();

  grpc::CompletionQueue& queue() noexcept;

  /// Shuts the queue down and waits until it is drained. A thread that is with
  /// an actor is waited for at most for `timeout`, and ends after the actor's
  /// turn.
  void stop(caf::timespan timeout);

  /// Returns what a message that has come is to be enqueued with: null, which
  /// stands for the scheduler, unless this is a thread of a poller and the
  /// message the first one of the present event.
  static caf::execution_unit* context();

  /// Returns whether this thread is at work for a queue, and must not wait for
  /// what only this work brings about.
  static bool on_duty() noexcept;

private:
  class shared;

  std::shared_ptr<shared> shared_;
  std::vector<std::thread> threads_;
};

} // namespace troupe
