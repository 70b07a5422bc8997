// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/scheduling/trace.hpp"
#include "troupe/supervision/supervisor.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

#include "support/eventually.hpp"

namespace cli {

using namespace std::chrono_literals;

constexpr auto patience = 60s;

/// A node in this process, with an observer and a supervisor of one child,
/// which is busy as long as it is held.
class member {
public:
  member(const std::string& name, const std::string& child) {
    config_.threads(2);
    system_.emplace(config_);
    auto opened =
        troupe::node::open(*system_, {.name = name, .listen = "127.0.0.1:0"});
    if (!opened) {
      ADD_FAILURE() << troupe::describe(opened.error());
      return;
    }
    node_.emplace(std::move(*opened));
    auto work = [this](caf::event_based_actor*) -> caf::behavior {
      return {[this](caf::put_atom) {
        EXPECT_TRUE(troupe::test::eventually(patience,
                                             [this] { return !held_.load(); }));
      }};
    };
    root_ = troupe::spawn(
        *system_, troupe::supervisor,
        troupe::supervisor_spec{
            .children = {{.id = child, .start = troupe::pooled(work)}}});
    observer_.emplace(*system_, *node_,
                      troupe::observer_options{.roots = {{name, root_}}});
  }

  ~member() {
    held_ = false;
    caf::scoped_actor self{*system_};
    self->monitor(root_);
    self->send_exit(root_, caf::exit_reason::user_shutdown);
    self->receive([](const caf::down_msg&) {});
  }

  std::string address() const {
    return "127.0.0.1:" + std::to_string(node_->port());
  }

  troupe::node& node() {
    return *node_;
  }

  /// Has its child get stuck.
  void get_stuck(const std::string& child) {
    held_ = true;
    send(child);
  }

  /// Sends a message to its child.
  void send(const std::string& child) {
    caf::scoped_actor self{*system_};
    caf::actor who;
    troupe::get_child(self.ptr(), root_, patience, child)
        .receive(
            [&](caf::actor& x) { who = std::move(x); },
            [](const caf::error& why) { FAIL() << troupe::describe(why); });
    self->send(who, caf::put_atom_v);
  }

private:
  std::atomic<bool> held_ = false;
  troupe::config config_;
  std::optional<caf::actor_system> system_;
  std::optional<troupe::node> node_;
  caf::actor root_;
  std::optional<troupe::observer> observer_;
};

} // namespace cli
