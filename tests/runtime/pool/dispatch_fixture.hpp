// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pool/dispatch.hpp"
#include "troupe/base/errc.hpp"

#include "caf/sec.hpp"

namespace troupe::test {

/// Renders a decision as a few words, e.g. `assign 3 to 0`.
struct action_text {
  std::string operator()(const assign_task& x) const {
    return fmt::format("assign {} to {}{}", x.task, x.slot,
                       x.second ? ", too" : "");
  }

  std::string operator()(const release_reply& x) const {
    return fmt::format("release {} of {}", x.task, x.slot);
  }

  std::string operator()(const fail_task& x) const {
    return fmt::format("fail {}: {}", x.task,
                       to_string(static_cast<errc>(x.reason.code())));
  }

  std::string operator()(const abandon_task& x) const {
    return fmt::format("abandon {}: {}", x.task,
                       to_string(static_cast<errc>(x.reason.code())));
  }

  std::string operator()(const drop_task& x) const {
    return fmt::format("drop {}", x.task);
  }

  std::string operator()(const interrupt_worker& x) const {
    auto result = "interrupt " + who(x.who);
    if (x.again)
      result += fmt::format(", again in {} ms", x.again->count() / 1'000'000);
    return result;
  }

  std::string operator()(const replace_worker& x) const {
    return "replace " + who(x.who);
  }

  std::string operator()(const delay_start& x) const {
    return fmt::format("wait {} ms for {}", x.delay.count() / 1'000'000,
                       who(x.who));
  }

  std::string operator()(const start_worker& x) const {
    return "start " + who(x.who);
  }

  std::string operator()(const probe_worker& x) const {
    return "probe " + who(x.who);
  }

  std::string operator()(const measure_worker& x) const {
    return fmt::format("measure {} in {} ms", who(x.who),
                       x.delay.count() / 1'000'000);
  }

  std::string operator()(const stop_worker& x) const {
    return "stop " + who(x.who);
  }

  std::string operator()(const kill_worker& x) const {
    return fmt::format("kill {}", x.slot);
  }

  std::string operator()(const remove_slot& x) const {
    return fmt::format("remove {}", x.slot);
  }

  std::string operator()(const report_event& x) const {
    auto& e = x.event;
    auto result = fmt::format("report {} {}", e.slot, to_string(e.what));
    if (!e.node.empty())
      result += "@" + e.node;
    if (e.requeued > 0)
      result += fmt::format(", {} back", e.requeued);
    if (!e.reason.empty())
      result += ": " + e.reason;
    return result;
  }

  std::string operator()(const add_worker&) const {
    return "add worker";
  }

  std::string operator()(const all_stopped&) const {
    return "all stopped";
  }

  static std::string who(const incarnation& x) {
    return fmt::format("{}/{}", x.slot, x.generation);
  }
};

/// A pool's decisions without a pool: tells what happens, reads what is to be
/// done as text. Time stands still unless moved.
class dispatch_fixture : public testing::Test {
protected:
  using lines = std::vector<std::string>;

  static dispatch_limits default_limits() {
    return {
        .policy = routing::least_loaded,
        .max_queued = 4,
        .credit = {.max_credit = 3, .horizon = std::chrono::milliseconds{1}},
        .max_attempts = 2,
        .intensity = {.restarts = 3, .period = std::chrono::seconds{5}},
        .restart_bounds = {.first = std::chrono::milliseconds{50},
                           .cap = std::chrono::seconds{1}}};
  }

  /// Returns what is to be done since the last call.
  lines actions() {
    lines result;
    while (auto x = pool.next())
      result.push_back(std::visit(action_text{}, *x));
    return result;
  }

  /// Adds slots whose workers have started, are known to be quick, and so have
  /// credit for `max_credit` tasks.
  void add_quick_workers(size_t n) {
    add_new_workers(n);
    for (size_t i = 0; i < n; ++i)
      pool.submit(1000, now);
    for (size_t i = 0; i < n; ++i)
      ASSERT_TRUE(pool.replied(i, 1000, now));
    actions();
  }

  /// Adds slots whose workers have started and have credit for one task.
  void add_new_workers(size_t n, const std::string& node = {}) {
    for (size_t i = 0; i < n; ++i)
      ASSERT_TRUE(pool.started({pool.add_slot(node), 1}, now));
    actions();
  }

  void submit(std::initializer_list<task_key> xs) {
    for (auto x : xs)
      pool.submit(x, now);
  }

  void down(incarnation who, caf::error reason = boom()) {
    pool.down(who, reason, now, 1.0);
  }

  static caf::error boom() {
    return make_error(errc::unhandled_exception, "boom");
  }

  dispatch pool{default_limits()};
  dispatch::time_point now{std::chrono::hours{1}};
};

} // namespace troupe::test
