// SPDX-License-Identifier: Apache-2.0

// What a child may leave to its next incarnation.

#include <chrono>
#include <memory>
#include <vector>

#include "runtime/supervision/supervisor_fixture.hpp"

#include "troupe/supervision/child_context.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

/// Adds up the numbers that it is sent; each sum is a checkpoint. Throws at
/// zero. A negative number is left out of the checkpoint.
caf::behavior adder(caf::event_based_actor* self,
                    std::shared_ptr<std::vector<int64_t>> begins) {
  int64_t begin = 0;
  if (auto last = last_checkpoint(self); last.match_elements<int64_t>())
    begin = last.get_as<int64_t>(0);
  begins->push_back(begin);
  auto sum = std::make_shared<int64_t>(begin);
  return {
      [=](int64_t x) {
        if (x == 0)
          throw std::runtime_error{"zero"};
        *sum += x;
        if (x > 0) {
          EXPECT_EQ(checkpoint(self, *sum), caf::none);
        }
        return *sum;
      },
  };
}

class SupervisorCheckpoint : public test::supervisor_fixture {
protected:
  caf::actor supervise_adder() {
    return supervise(
        {.children = {{.id = "adder", .start = pooled(adder, begins)}},
         .intensity = std::nullopt});
  }

  void add(const caf::actor& sup, int64_t x) {
    self()->send(handle(sup, "adder"), x);
    run();
  }

  using numbers = std::vector<int64_t>;

  std::shared_ptr<numbers> begins = std::make_shared<numbers>();
};

TEST_F(SupervisorCheckpoint, TheNextIncarnationBeginsWithTheNewest) {
  auto sup = supervise_adder();
  add(sup, 1);
  add(sup, 2);
  add(sup, 0);
  EXPECT_EQ(*begins, (numbers{0, 3}));
  add(sup, 4);
  add(sup, -100);
  add(sup, 0);
  add(sup, 0);
  EXPECT_EQ(*begins, (numbers{0, 3, 7, 7}));
  stop(sup);
}

TEST_F(SupervisorCheckpoint, MadeRightBeforeAFailureIsNotLost) {
  auto sup = supervise_adder();
  auto a = handle(sup, "adder");
  for (int64_t x = 1; x <= 100; ++x) {
    self()->send(a, int64_t{1});
    self()->send(a, int64_t{0});
  }
  run();
  EXPECT_EQ(begins->back(), 100);
  EXPECT_EQ(begins->size(), 101u);
  stop(sup);
}

TEST_F(SupervisorCheckpoint, IsKeptOverARestartOnRequest) {
  auto sup = supervise_adder();
  add(sup, 5);
  EXPECT_TRUE(ask<caf::actor>(sup, restart_atom_v, std::string{"adder"}));
  EXPECT_EQ(*begins, (numbers{0, 5}));
  stop(sup);
}

TEST_F(SupervisorCheckpoint, IsForgottenWithTheChild) {
  auto sup = supervise_adder();
  add(sup, 5);
  std::string id = "adder";
  EXPECT_TRUE(ask<void>(sup, stop_atom_v, id));
  EXPECT_TRUE(ask<void>(sup, delete_atom_v, id));
  EXPECT_TRUE(ask<caf::actor>(
      sup, start_atom_v, child_spec{.id = id, .start = pooled(adder, begins)}));
  EXPECT_EQ(*begins, (numbers{0, 0}));
  stop(sup);
}

TEST_F(SupervisorCheckpoint, ThatIsTooLargeIsToldAndChangesNothing) {
  auto hoarder = [](caf::event_based_actor* self) -> caf::behavior {
    return {[self](size_t bytes) {
      auto err = checkpoint(self, std::string(bytes, 'x'));
      return err ? describe(err) : "kept";
    }};
  };
  auto [who, events] = watcher();
  auto sup = supervise({.children = {{.id = "a",
                                      .start = pooled(hoarder),
                                      .max_checkpoint_bytes = 100}},
                        .watchers = {who}});
  events->clear();
  auto a = handle(sup, "a");
  EXPECT_EQ(ask<std::string>(a, size_t{10}), std::string{"kept"});
  EXPECT_NE(ask<std::string>(a, size_t{1000}), std::string{"kept"});
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ(events->front().reason, make_error(errc::message_too_large));
  EXPECT_EQ(lines(*events), "checkpoint_refused a");
  stop(sup);
}

TEST_F(SupervisorCheckpoint, AChildKnowsWhoItIs) {
  auto seen = std::make_shared<std::vector<child_context>>();
  auto curious = [seen](caf::event_based_actor* self) -> caf::behavior {
    seen->push_back(*child_context_of(self));
    return {[](int) {}};
  };
  auto sup = supervise({.children = {{.id = "a", .start = pooled(curious)}}});
  ASSERT_EQ(seen->size(), 1u);
  EXPECT_EQ(seen->front().id, "a");
  EXPECT_EQ(seen->front().generation, 1u);
  EXPECT_EQ(seen->front().supervisor, sup);
  seen->clear();
  stop(sup);
}

// -- causes of death ----------------------------------------------------------

class CauseOfDeath : public test::supervisor_fixture {
protected:
  std::string last_death(const caf::actor& sup) {
    auto list = ask<std::vector<child_info>>(sup, children_atom_v);
    return list ? list->front().last_death : describe(list.error());
  }
};

TEST_F(CauseOfDeath, OfAnExceptionIsItsTypeAndText) {
  auto [who, events] = watcher();
  auto sup = supervise({.children = {child("a")}, .watchers = {who}});
  events->clear();
  tell(sup, "a", "boom");
  EXPECT_EQ(last_death(sup), "std::runtime_error: boom of a");
  ASSERT_GE(events->size(), 2u);
  EXPECT_EQ(describe(events->at(1)),
            "a #1 ended: std::runtime_error: boom of a");
  stop(sup);
}

TEST_F(CauseOfDeath, OfAKillIsTheKiller) {
  auto sup = supervise({.children = {child("a")}});
  self()->send_exit(handle(sup, "a"), caf::exit_reason::kill);
  run();
  EXPECT_EQ(last_death(sup), "killed by actor " + std::to_string(self()->id()));
  stop(sup);
}

TEST_F(CauseOfDeath, OfAFailedRestartIsWhyItDidNotStart) {
  auto fails = std::make_shared<bool>(false);
  auto flaky = [fails](caf::event_based_actor*) -> caf::behavior {
    if (*fails)
      throw std::runtime_error{"no disk"};
    return {[](const std::string&) { throw std::runtime_error{"boom"}; }};
  };
  auto sup =
      supervise({.children = {{.id = "a",
                               .start = pooled(flaky),
                               .delay = restart_backoff{.bounds = {1s, 1s}}}}});
  *fails = true;
  tell(sup, "a", "now");
  EXPECT_EQ(last_death(sup), "std::runtime_error: boom");
  advance(1s);
  EXPECT_EQ(last_death(sup), "std::runtime_error: no disk");
  stop(sup);
}

} // namespace
} // namespace troupe
