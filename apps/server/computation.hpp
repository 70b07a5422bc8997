// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <nlohmann/json.hpp>

#include "caf/actor.hpp"
#include "caf/error.hpp"
#include "caf/event_based_actor.hpp"

#include "order.hpp"

namespace server_app {

/// An order cut into tasks for a pool, and what has come of them. Belongs to
/// one actor.
class computation {
public:
  using done = std::function<void(const caf::error&)>;

  virtual ~computation() = default;

  virtual size_t tasks() const = 0;

  /// Sends a task to the pool, and calls `f` as a message handler of `self`
  /// once its result was taken up, or with the error that it was answered with.
  virtual void ask(caf::event_based_actor* self, const caf::actor& pool,
                   size_t task, done f) = 0;

  /// Returns the answer to the order.
  /// @pre all tasks were done
  virtual nlohmann::json result() const = 0;

  /// Returns what a task is called in problems, empty if there is only one.
  virtual std::string task_name(size_t task) const = 0;
};

/// How an order is cut depends on the order alone, and sums are made in the
/// order of tasks: equal orders have equal answers, whoever computes them.
std::unique_ptr<computation> make_computation(const order& x);

} // namespace server_app
