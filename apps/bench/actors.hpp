// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <thread>
#include <utility>

#include "caf/actor.hpp"
#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/after.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/scheduling/scheduler.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "work.hpp"

namespace bench {

/// An actor system of one of the two kinds, with an actor for the caller.
class stage {
public:
  explicit stage(bool on_troupe, troupe::cell_options opts = {})
      : on_troupe_(on_troupe), opts_(opts) {
    if (on_troupe)
      cfg_.load<troupe::scheduler>();
    // CAF alone starts at least four workers.
    cfg_.set("scheduler.max-threads", std::thread::hardware_concurrency());
    sys_ = std::make_unique<caf::actor_system>(cfg_);
    me_ = std::make_unique<caf::scoped_actor>(*sys_);
  }

  ~stage() {
    for (auto& x : started_)
      caf::anon_send_exit(x, caf::exit_reason::kill);
    started_.clear();
    me_.reset();
    sys_.reset();
  }

  stage(const stage&) = delete;

  stage& operator=(const stage&) = delete;

  bool on_troupe() const {
    return on_troupe_;
  }

  const troupe::cell_options& options() const {
    return opts_;
  }

  caf::scoped_actor& me() {
    return *me_;
  }

  /// Starts an actor that lives until the end.
  template <class F, class... Ts>
  caf::actor spawn(F f, Ts... xs) {
    started_.push_back(start(*sys_, std::move(f), std::move(xs)...));
    return started_.back();
  }

  /// Starts an actor that ends by itself; `host` is a system or an actor.
  template <class Host, class F, class... Ts>
  caf::actor start(Host& host, F f, Ts... xs) const {
    if (on_troupe_)
      return troupe::spawn(host, opts_, std::move(f), std::move(xs)...);
    if constexpr (std::is_pointer_v<Host>)
      return host->spawn(std::move(f), std::move(xs)...);
    else
      return host.spawn(std::move(f), std::move(xs)...);
  }

  caf::actor_system& system() {
    return *sys_;
  }

  /// Waits for a message of one number.
  /// @returns whether it came within the time limit.
  bool wait_within_limit() {
    auto result = true;
    me()->receive([](int) {},
                  caf::after(time_limit) >> [&] { result = false; });
    return result;
  }

  /// Waits for `n` messages of one number.
  void wait(int n = 1) {
    for (int i = 0; i < n; ++i)
      me()->receive([](int) {});
  }

private:
  bool on_troupe_;
  troupe::cell_options opts_;
  caf::actor_system_config cfg_;
  std::unique_ptr<caf::actor_system> sys_;
  std::unique_ptr<caf::scoped_actor> me_;
  std::vector<caf::actor> started_;
};

outcome pingpong(bool on_troupe);
outcome ring(bool on_troupe);
outcome many_to_one(bool on_troupe);
outcome spawn(bool on_troupe);
outcome idle_memory(bool on_troupe);
outcome idle_request(bool on_troupe);
outcome idle_cpu(bool on_troupe);
outcome fanout(bool on_troupe);
outcome tiny_request(bool on_troupe);
outcome tiny_map(bool on_troupe);
outcome map_tiny(bool on_troupe);
outcome pool_tiny(bool on_troupe);
outcome fib(bool on_troupe);
outcome buffer(bool on_troupe);
outcome restart(bool on_troupe);
outcome retry(bool on_troupe);

} // namespace bench
