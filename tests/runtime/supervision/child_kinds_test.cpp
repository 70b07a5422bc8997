// SPDX-License-Identifier: Apache-2.0

// All kinds of actors behind the handle of a child, on real threads.

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/after.hpp"
#include "caf/blocking_actor.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/stateful_actor.hpp"
#include "caf/typed_actor.hpp"
#include "caf/typed_event_based_actor.hpp"

#include "troupe/config.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

#include "support/eventually.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

constexpr auto patience = 30s;

/// What every kind does: answers with the number, and fails at 0.
int answer(int x) {
  if (x == 0)
    throw std::runtime_error{"zero"};
  return x;
}

class by_class : public caf::event_based_actor {
public:
  explicit by_class(caf::actor_config& cfg) : event_based_actor(cfg) {
    // nop
  }

  caf::behavior make_behavior() override {
    return {answer};
  }
};

void block(caf::blocking_actor* self) {
  auto running = true;
  self->receive_while(running)(answer, [&](const caf::exit_msg& x) {
    self->fail_state(x.reason);
    running = false;
  });
}

class blocking_by_class : public caf::blocking_actor {
public:
  explicit blocking_by_class(caf::actor_config& cfg) : blocking_actor(cfg) {
    // nop
  }

  void act() override {
    block(this);
  }
};

struct nothing {};

using typed = caf::typed_actor<caf::replies_to<int>::with<int>>;

caf::behavior function(caf::event_based_actor*) {
  return {answer};
}

caf::behavior stateful(caf::stateful_actor<nothing>*) {
  return {answer};
}

typed::behavior_type statically_typed(typed::pointer) {
  return {[](int x) { return answer(x); }};
}

struct kind_case {
  std::string name;
  starter start;
};

std::ostream& operator<<(std::ostream& out, const kind_case& x) {
  return out << x.name;
}

class ChildKind : public testing::TestWithParam<kind_case> {
protected:
  uint64_t generation(const caf::actor& sup) {
    uint64_t result = 0;
    which_children(&*self_, sup, patience)
        .receive(
            [&](const std::vector<child_info>& xs) {
              if (xs.size() == 1 && xs.front().state == child_state::up)
                result = xs.front().generation;
            },
            [](const caf::error& why) { ADD_FAILURE() << describe(why); });
    return result;
  }

  config config_;
  caf::actor_system sys_{config_.threads(2)};
  caf::scoped_actor self_{sys_};
};

TEST_P(ChildKind, IsRestartedBehindItsHandleWhichStays) {
  auto fail = [](const caf::error& why) { ADD_FAILURE() << describe(why); };
  auto sup = spawn(
      sys_, supervisor,
      supervisor_spec{.children = {{.id = "a", .start = GetParam().start}},
                      .intensity = std::nullopt});
  caf::actor child;
  get_child(&*self_, sup, patience, "a")
      .receive([&](caf::actor& x) { child = std::move(x); }, fail);
  self_->monitor(child);
  for (auto i = 1; i <= 20; ++i) {
    self_->request(child, patience, i)
        .receive([=](int x) { EXPECT_EQ(x, i); }, fail);
    // Answered with the exception, once the incarnation has ended.
    std::string why;
    self_->request(child, patience, 0)
        .receive([](int) { ADD_FAILURE() << "zero was answered"; },
                 [&](const caf::error& x) { why = describe(x); });
    EXPECT_EQ(why, "zero");
    // What is no cell loses what arrives before the supervisor knows.
    auto next = static_cast<uint64_t>(i) + 1;
    EXPECT_TRUE(
        test::eventually(patience, [&] { return generation(sup) == next; }));
  }
  self_->send_exit(sup, caf::exit_reason::user_shutdown);
  self_->receive(
      [&](const caf::down_msg& x) { EXPECT_EQ(x.source, child.address()); },
      caf::after(patience) >> [] { FAIL() << "no end"; });
}

INSTANTIATE_TEST_SUITE_P(
    AllKinds, ChildKind,
    testing::Values(kind_case{"Function", pooled(function)},
                    kind_case{"Class", pooled<by_class>()},
                    kind_case{"Stateful", pooled(stateful)},
                    kind_case{"Typed", pooled(statically_typed)},
                    kind_case{"FunctionWithThread", thread(function)},
                    kind_case{"ClassWithThread", thread<by_class>()},
                    kind_case{"TypedWithThread", thread(statically_typed)},
                    kind_case{"BlockingFunction", thread(block)},
                    kind_case{"BlockingClass", thread<blocking_by_class>()}),
    [](auto& x) { return x.param.name; });

} // namespace
} // namespace troupe
