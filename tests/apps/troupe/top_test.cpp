// SPDX-License-Identifier: Apache-2.0

// The real program on a terminal, looking at two nodes of this process.

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
#include "troupe/supervision/supervisor.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

#include "support/eventually.hpp"
#include "support/process.hpp"

namespace {

using namespace std::chrono_literals;
using troupe::test::built_program;
using troupe::test::eventually;

constexpr auto patience = 60s;

/// A node with a supervisor of one child, which is busy as long as it is held.
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
        EXPECT_TRUE(eventually(patience, [this] { return !held_.load(); }));
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
    caf::scoped_actor self{*system_};
    troupe::get_child(self.ptr(), root_, patience, child)
        .receive(
            [&](const caf::actor& x) { self->send(x, caf::put_atom_v); },
            [](const caf::error& why) { FAIL() << troupe::describe(why); });
  }

private:
  std::atomic<bool> held_ = false;
  troupe::config config_;
  std::optional<caf::actor_system> system_;
  std::optional<troupe::node> node_;
  caf::actor root_;
  std::optional<troupe::observer> observer_;
};

TEST(TroupeTop, ShowsTheChildrenOfAllNodesWithTheStuckOneOnTop) {
  member left{"left", "calm"};
  member right{"right", "busy"};
  ASSERT_FALSE(right.node().join(left.address()));
  right.get_stuck("busy");
  auto shown = troupe::test::run(
      {.line = {"python3", TROUPE_TERMINAL, "^2 nodes  2 children", "^CHILD",
                R"(^right/busy +right +up .* [1-9][0-9.]* s +put$)",
                "^left/calm +left +up", "--", built_program("troupe"), "--node",
                left.address(), "top"}},
      patience);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->report.code, 0) << shown->out << shown->err;
}

} // namespace
