// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "caf/after.hpp"
#include "caf/send.hpp"

#include "troupe/scheduling/spawn.hpp"

#include "common/courier.hpp"
#include "common/exit_code.hpp"
#include "common/workshop.hpp"

namespace app {

/// What making a task's content may take.
enum class making : uint8_t {
  /// No more than a moment.
  prompt = 1,
  /// It may block, as what reads a file.
  slow,
};

/// Tasks that `perform` has done.
struct task_series {
  size_t tasks = 0;
  task_maker make;

  /// Tasks under way at once, for bounded memory: at least one.
  size_t window = 64;

  /// What is slow gets a thread of its own.
  making how = making::slow;
};

/// Says why a run ends early, makes the process end in seconds whatever its
/// workers do, and returns the code to exit with.
exit_code break_off(workshop& shop, size_t done, size_t total);
exit_code break_off(workshop& shop, const delivery_failed& why);

/// Has the workers do a series of tasks, each answered with a `Result`, and
/// calls `take(number, result)` for each one in the order of their numbers.
/// `tell(done)` is called now and then, such as to draw a progress bar.
/// @returns `ok`, or what to exit with after a line on standard error: a task
///          was answered with an error, there were no workers for too long, or
///          a signal came.
///
/// Not done by `troupe::map`: that wants all inputs at once, and may send one
/// again. Here an input is made when there is room for it, as a part of a file
/// larger than memory; it may hand over an owned buffer, which a second message
/// would not have; and all workers may be away for a while, on nodes that come
/// back.
template <class Result, class Take, class Tell>
exit_code perform(workshop& shop, task_series series, Take take, Tell tell) {
  using namespace std::chrono_literals;
  auto& self = shop.self();
  auto total = series.tasks;
  courier_options options{
      .tasks = total,
      .make = std::move(series.make),
      .pool = shop.pool(),
      .receiver = caf::actor_cast<caf::actor>(self),
      .window = std::max<size_t>(series.window, 1),
  };
  auto& sys = shop.system();
  auto on_scheduler = series.how == making::prompt && !shop.computes_here();
  auto courier =
      on_scheduler
          ? troupe::spawn(sys, app::courier<Result>, options)
          : troupe::spawn<caf::detached>(sys, app::courier<Result>, options);
  std::map<uint64_t, Result> early;
  std::optional<delivery_failed> failure;
  size_t done = 0;
  // `make` may refer to what the caller has: it must not run any longer.
  auto end_courier = [&] {
    self->send_exit(courier, caf::exit_reason::user_shutdown);
    self->wait_for(courier);
  };
  try {
    while (done < total && !failure && !shop.stop().requested()) {
      self->receive(
          [&](uint64_t task, Result& x) { early.emplace(task, std::move(x)); },
          [&](const delivery_failed& x) { failure = x; },
          [&](const troupe::pool_event& x) { shop.note(x); },
          [&](const troupe::node_event& x) { shop.note(x); },
          caf::after(50ms) >> [] {});
      size_t used = 0;
      for (auto i = early.find(done); i != early.end(); i = early.find(done)) {
        take(done, std::move(i->second));
        early.erase(i);
        ++done;
        ++used;
      }
      if (used > 0)
        self->send(courier, answers_used{used});
      tell(done);
    }
  } catch (...) {
    end_courier();
    throw;
  }
  if (done == total) {
    self->send_exit(courier, caf::exit_reason::user_shutdown);
    return exit_code::ok;
  }
  // First the deadline for all: what `make` reads may hang.
  auto code =
      failure ? break_off(shop, *failure) : break_off(shop, done, total);
  end_courier();
  return code;
}

} // namespace app
