// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/child_context.hpp"

#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/result.hpp"

#include "support/deterministic.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/supervision/checkpoint_note.hpp"

namespace troupe {
namespace {

/// Cannot leave the process.
struct local_only {
  int x = 0;
};

} // namespace
} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::local_only)

namespace troupe {
namespace {

caf::result<void> told(caf::error x) {
  if (x)
    return x;
  return caf::unit;
}

/// Makes a checkpoint of each number that it gets, and tells what came of it.
caf::behavior saver(caf::event_based_actor* self) {
  return {
      [self](int x) { return told(checkpoint(self, x)); },
      [self](const std::string& x) { return told(checkpoint(self, x, 7)); },
      [self](caf::ok_atom) { return told(checkpoint(self, local_only{})); },
      // As many as that, in one message.
      [self](caf::update_atom, int n) {
        caf::error result;
        for (int i = 1; i <= n; ++i)
          result = checkpoint(self, i);
        return told(result);
      },
      [self](caf::get_atom) {
        auto x = last_checkpoint(self);
        return x.match_elements<int>() ? x.get_as<int>(0) : 0;
      },
  };
}

/// A parent that keeps what its child hands over.
class ChildContext : public test::deterministic {
protected:
  ChildContext() {
    parent_ = sys.spawn([this](caf::event_based_actor* self) {
      self->set_down_handler([](caf::down_msg&) {});
      return caf::behavior{
          [=, this](caf::ok_atom) {
            what_(self, context_, [this](caf::expected<caf::actor> x) {
              ASSERT_TRUE(x);
              child_ = std::move(*x);
            });
          },
          [this](checkpoint_atom, const checkpoint_note& x) {
            ++notes_;
            EXPECT_EQ(x.child(), "adder");
            EXPECT_EQ(x.generation(), 3u);
            refusal_ = x.take_refusal();
            if (auto newest = x.take(); !newest.empty())
              taken_ = newest;
          },
      };
    });
  }

  ~ChildContext() override {
    self()->send_exit(child_, caf::exit_reason::kill);
    end_parent();
  }

  void end_parent() {
    self()->send_exit(parent_, caf::exit_reason::kill);
    parent_ = nullptr;
    run();
  }

  caf::actor start(starter what, start_context context) {
    what_ = std::move(what);
    context_ = std::move(context);
    self()->send(parent_, caf::ok_atom_v);
    run();
    return child_;
  }

  caf::actor start_saver() {
    return start(pooled(saver), {.child = "adder", .generation = 3});
  }

  int taken() const {
    return taken_.match_elements<int>() ? taken_.get_as<int>(0) : 0;
  }

  caf::actor parent_;
  caf::actor child_;
  size_t notes_ = 0;
  caf::message taken_;
  caf::error refusal_;

private:
  starter what_;
  start_context context_;
};

TEST_F(ChildContext, AChildKnowsItsIdGenerationAndSupervisor) {
  std::optional<child_context> found;
  start(pooled([&](caf::event_based_actor* self) -> caf::behavior {
          found = child_context_of(self);
          return {[](int) {}};
        }),
        {.child = "adder", .generation = 3});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, "adder");
  EXPECT_EQ(found->generation, 3u);
  EXPECT_EQ(found->supervisor, parent_);
}

TEST_F(ChildContext, AnActorThatIsNoChildHasNone) {
  auto asked = false;
  auto x = sys.spawn([&](caf::event_based_actor* self) {
    asked = true;
    EXPECT_FALSE(child_context_of(self));
    EXPECT_TRUE(last_checkpoint(self).empty());
    EXPECT_EQ(checkpoint(self, 1), errc::no_supervisor);
  });
  run();
  EXPECT_TRUE(asked);
}

TEST_F(ChildContext, AnActorThatWasStartedWithoutAnIdIsNoChild) {
  start(pooled(saver), {});
  EXPECT_EQ(ask<void>(child_, 1).error(), errc::no_supervisor);
  EXPECT_EQ(notes_, 0u);
}

TEST_F(ChildContext, ACheckpointIsHandedToTheSupervisor) {
  start_saver();
  EXPECT_TRUE(ask<void>(child_, 41));
  EXPECT_EQ(notes_, 1u);
  EXPECT_EQ(taken(), 41);
}

TEST_F(ChildContext, TheNextIncarnationStartsWithTheCheckpoint) {
  start(
      pooled(saver),
      {.child = "adder", .generation = 3, .checkpoint = caf::make_message(41)});
  EXPECT_EQ(ask<int>(child_, caf::get_atom_v), 41);
  EXPECT_TRUE(ask<void>(child_, 42));
  EXPECT_EQ(ask<int>(child_, caf::get_atom_v), 42);
}

TEST_F(ChildContext, WithoutACheckpointItStartsFromTheBeginning) {
  start_saver();
  EXPECT_EQ(ask<int>(child_, caf::get_atom_v), 0);
}

TEST_F(ChildContext, OfManyCheckpointsOneNoteWaitsAndLeadsToTheNewest) {
  start_saver();
  EXPECT_TRUE(ask<void>(child_, caf::update_atom_v, 1'000));
  EXPECT_EQ(notes_, 1u);
  EXPECT_EQ(taken(), 1'000);
  EXPECT_TRUE(ask<void>(child_, 1'001));
  EXPECT_EQ(notes_, 2u);
  EXPECT_EQ(taken(), 1'001);
}

TEST_F(ChildContext, ATooLargeCheckpointIsRefusedAndTheLastOneStays) {
  start(pooled(saver),
        {.child = "adder", .generation = 3, .max_checkpoint_bytes = 100});
  EXPECT_TRUE(ask<void>(child_, 41));
  auto refused = ask<void>(child_, std::string(100, 'x'));
  EXPECT_EQ(refused.error(), errc::message_too_large);
  EXPECT_EQ(refusal_, errc::message_too_large);
  EXPECT_EQ(taken(), 41);
  EXPECT_EQ(ask<int>(child_, caf::get_atom_v), 41);
}

TEST_F(ChildContext, ACheckpointThatCannotBeSerializedIsRefused) {
  start_saver();
  auto refused = ask<void>(child_, caf::ok_atom_v);
  EXPECT_EQ(refused.error(), errc::type_not_allowed);
  EXPECT_EQ(refusal_, errc::type_not_allowed);
}

TEST_F(ChildContext, WithoutItsSupervisorNobodyKeepsACheckpoint) {
  start_saver();
  end_parent();
  EXPECT_EQ(ask<void>(child_, 41).error(), errc::no_supervisor);
}

TEST_F(ChildContext, AnEmptyNoteLeadsToNothing) {
  EXPECT_TRUE(checkpoint_note{}.take().empty());
  EXPECT_FALSE(checkpoint_note{}.take_refusal());
}

} // namespace
} // namespace troupe
