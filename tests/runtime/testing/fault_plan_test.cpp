// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/fault_plan.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/testing/faults_fixture.hpp"
#include "troupe/testing/faulty.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/system_messages.hpp"

namespace troupe {

namespace {

using test::collector;
using test::numbers;

class FaultPlan : public test::faults_fixture {};

// -- which messages -----------------------------------------------------------

TEST_F(FaultPlan, WithoutAPlanNothingIsStruck) {
  start(faulty(fault_plan{}, collector, &seen_), 3);
  EXPECT_EQ(seen_, (numbers{1, 2, 3}));
}

TEST_F(FaultPlan, TheNthMessageIsStruck) {
  fault_plan plan{{.what = drops{}, .nth = 2}};
  start(faulty(plan, collector, &seen_), 4);
  EXPECT_EQ(seen_, (numbers{1, 3, 4}));
  EXPECT_EQ(plan.struck(), 1u);
}

TEST_F(FaultPlan, SeveralInARowAreStruck) {
  start(faulty(fault{.what = drops{}, .nth = 2, .times = 2}, collector, &seen_),
        5);
  EXPECT_EQ(seen_, (numbers{1, 4, 5}));
}

TEST_F(FaultPlan, AllThatFollowAreStruckWithoutACount) {
  start(faulty(fault{.what = drops{}, .nth = 3, .times = std::nullopt},
               collector, &seen_),
        5);
  EXPECT_EQ(seen_, (numbers{1, 2}));
}

TEST_F(FaultPlan, OnlyMessagesThatMatchAreCounted) {
  auto even = [](const caf::mailbox_element& x) {
    auto& content = x.content();
    return content.match_elements<int>() && content.get_as<int>(0) % 2 == 0;
  };
  start(faulty(fault{.what = drops{}, .nth = 2, .matching = even}, collector,
               &seen_),
        6);
  EXPECT_EQ(seen_, (numbers{1, 2, 3, 5, 6}));
}

TEST_F(FaultPlan, OnlyMessagesOfOneSenderAreStruck) {
  caf::scoped_actor other{sys, true};
  auto to_me = caf::actor_cast<caf::actor>(other);
  start(faulty(fault{.what = drops{}, .times = {}, .matching = sent_by(to_me)},
               collector, &seen_),
        2);
  other->send(actor_, 3);
  send(1);
  EXPECT_EQ(seen_, (numbers{1, 2, 1}));
}

TEST_F(FaultPlan, EachFaultCountsForItself) {
  fault_plan plan;
  plan.add({.what = drops{}, .nth = 2}).add({.what = drops{}, .nth = 4});
  start(faulty(plan, collector, &seen_), 5);
  EXPECT_EQ(seen_, (numbers{1, 3, 5}));
  plan.clear();
  plan.add({.what = drops{}});
  send(2);
  EXPECT_EQ(seen_, (numbers{1, 3, 5, 2}));
}

TEST_F(FaultPlan, ASkippedMessageIsCountedOnce) {
  auto choosy = [this](caf::event_based_actor* self) -> caf::behavior {
    self->set_default_handler(caf::skip);
    return {[this, self](caf::ok_atom) {
      self->become([this](int x) { seen_.push_back(x); });
    }};
  };
  start(faulty(fault{.what = drops{}, .nth = 4}, choosy), 2);
  self()->send(actor_, caf::ok_atom_v);
  send(2);
  EXPECT_EQ(seen_, (numbers{1, 2, 2}));
}

TEST_F(FaultPlan, ExitMessagesAreNeverStruck) {
  start(faulty(fault{.what = drops{}, .times = {}}, collector, &seen_), 1);
  self()->send_exit(actor_, caf::exit_reason::user_shutdown);
  run();
  EXPECT_TRUE(received<caf::down_msg>());
}

} // namespace

} // namespace troupe
