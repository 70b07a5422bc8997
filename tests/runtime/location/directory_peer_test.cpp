// SPDX-License-Identifier: Apache-2.0

#include "runtime/location/directory_fixture.hpp"

namespace troupe {

namespace {

using namespace test;

/// Counts the watches that others have here.
caf::behavior counting_directory(caf::event_based_actor*, int* watches) {
  return {
      [watches](watch_atom, const std::string&, const caf::actor&) {
        ++*watches;
      },
      [watches](withdraw_atom, const std::string&, const caf::actor&) {
        --*watches;
      },
  };
}

/// Refuses each watch, as a directory does that is full.
caf::behavior full_directory(caf::event_based_actor*) {
  return {[](watch_atom, const std::string&, const caf::actor&) {
    return caf::result<void>{make_error(errc::directory_full)};
  }};
}

class directory_peer_test : public directory_fixture {
protected:
  directory_peer_test() {
    EXPECT_EQ(peer("there", there_), "ok");
  }

  std::string enter_there(const std::string& name, const caf::actor& holder) {
    return text(ask<void>(there_, register_atom_v, name, holder));
  }
};

} // namespace

TEST_F(directory_peer_test, ALookupAsksTheOtherNode) {
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(lookup("a@there"), ann_);
  EXPECT_EQ(lookup("b@there").error(), errc::unknown_name);
  EXPECT_EQ(lookup("a").error(), errc::unknown_name);
}

TEST_F(directory_peer_test, ANodeThatIsNotConnectedIsUnknown) {
  auto err = lookup("a@elsewhere").error();
  EXPECT_EQ(err, errc::unknown_node);
  EXPECT_EQ(describe(err), "node \"elsewhere\" is not connected");
  end(there_);
  EXPECT_EQ(lookup("a@there").error(), errc::unknown_node);
}

TEST_F(directory_peer_test, NamesOfTheOtherNodeCannotBeWithdrawnHere) {
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(watch("a@there", watcher_), "ok");
  EXPECT_EQ(withdraw("a@there"), "nobody is registered as \"a@there\"");
  EXPECT_EQ(lookup("a@there"), ann_);
}

TEST_F(directory_peer_test, AWatcherIsToldOfChangesOnTheOtherNode) {
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(watch("a@there", watcher_), "ok");
  EXPECT_TRUE(told("a@there", ann_));
  end(ann_);
  EXPECT_TRUE(told("a@there", nobody_));
  EXPECT_EQ(enter_there("a", bob_), "ok");
  EXPECT_TRUE(told("a@there", bob_));
  EXPECT_EQ(enter_there("b", bob_), "ok");
  EXPECT_EQ(enter("a", bob_), "ok");
  EXPECT_TRUE(told_nothing());
}

TEST_F(directory_peer_test, ASecondWatcherIsToldAtOnce) {
  events others;
  auto other = start(probe, &others);
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(watch("a@there", other), "ok");
  EXPECT_EQ(watch("a@there", watcher_), "ok");
  EXPECT_TRUE(told("a@there", ann_));
  end(ann_);
  EXPECT_TRUE(told("a@there", nobody_));
  EXPECT_EQ(others.size(), 2u);
}

TEST_F(directory_peer_test, WatchersOfALostNodeAreToldThatNobodyHoldsTheName) {
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(watch("a@there", watcher_), "ok");
  EXPECT_TRUE(told("a@there", ann_));
  end(there_);
  EXPECT_TRUE(told("a@there", nobody_));
}

TEST_F(directory_peer_test, AWatchIsRenewedWhenTheNodeIsBack) {
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(watch("a@there", watcher_), "ok");
  EXPECT_TRUE(told("a@there", ann_));
  end(there_);
  EXPECT_TRUE(told("a@there", nobody_));
  there_ = start(directory);
  EXPECT_EQ(peer("there", there_), "ok");
  EXPECT_TRUE(told_nothing()) << "there is still no holder";
  EXPECT_EQ(enter_there("a", bob_), "ok");
  EXPECT_TRUE(told("a@there", bob_));
}

TEST_F(directory_peer_test, ANodeThatIsBackBeforeItsLossWasSeenIsTakenOver) {
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(watch("a@there", watcher_), "ok");
  EXPECT_TRUE(told("a@there", ann_));
  auto old = std::exchange(there_, start(directory));
  EXPECT_EQ(enter_there("a", bob_), "ok");
  EXPECT_EQ(peer("there", there_), "ok");
  EXPECT_TRUE(told("a@there", bob_));
  EXPECT_EQ(text(ask<void>(old, withdraw_atom_v, std::string{"a"})), "ok");
  end(old);
  EXPECT_TRUE(told_nothing()) << "the old directory has no say any more";
  EXPECT_EQ(lookup("a@there"), bob_);
}

TEST_F(directory_peer_test, ANameOnANodeThatComesLaterMayBeWatched) {
  EXPECT_EQ(watch("a@late", watcher_), "ok");
  EXPECT_TRUE(told("a@late", nobody_));
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(peer("late", there_), "ok");
  EXPECT_TRUE(told("a@late", ann_));
}

TEST_F(directory_peer_test, TheOtherNodeIsWatchedOnceAndNoLongerThanNeeded) {
  int watches = 0;
  EXPECT_EQ(peer("counting", start(counting_directory, &watches)), "ok");
  EXPECT_EQ(watch("a@counting", ann_), "ok");
  EXPECT_EQ(watch("a@counting", bob_), "ok");
  EXPECT_EQ(watches, 1);
  end(ann_);
  EXPECT_EQ(watches, 1);
  EXPECT_EQ(
      text(ask<void>(here_, withdraw_atom_v, std::string{"a@counting"}, bob_)),
      "ok");
  EXPECT_EQ(watches, 0);
}

TEST_F(directory_peer_test, ANodeMayBeItsOwnPeer) {
  EXPECT_EQ(peer("here", here_), "ok");
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(lookup("a@here"), ann_);
  EXPECT_EQ(watch("a@here", watcher_), "ok");
  EXPECT_TRUE(told("a@here", ann_));
  end(ann_);
  EXPECT_TRUE(told("a@here", nobody_));
}

TEST_F(directory_peer_test, AWatchThatTheOtherNodeRefusesIsRefused) {
  EXPECT_EQ(peer("full", start(full_directory)), "ok");
  auto err =
      ask<void>(here_, watch_atom_v, std::string{"a@full"}, watcher_).error();
  EXPECT_EQ(err, errc::directory_full);
  seen_.clear();
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(peer("full", there_), "ok");
  EXPECT_TRUE(told_nothing()) << "the refused watch must not be kept";
}

TEST_F(directory_peer_test, ARenewalThatTheOtherNodeRefusesLeavesNoHolder) {
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(watch("a@there", watcher_), "ok");
  EXPECT_TRUE(told("a@there", ann_));
  EXPECT_EQ(peer("there", start(full_directory)), "ok");
  EXPECT_TRUE(told("a@there", nobody_));
  EXPECT_EQ(peer("there", there_), "ok");
  EXPECT_TRUE(told("a@there", ann_));
}

TEST_F(directory_peer_test, EventsOfStrangersAreIgnored) {
  EXPECT_EQ(watch("a@there", watcher_), "ok");
  EXPECT_TRUE(told("a@there", nobody_));
  self()->send(here_, directory_event{"a", ann_});
  caf::anon_send(here_, directory_event{"a", ann_});
  run();
  EXPECT_TRUE(told_nothing());
}

TEST_F(directory_peer_test, AWatchAskedOfANodeThatIsLostMeanwhileIsKept) {
  // A peer that never answers: its mailbox is closed before it runs.
  auto silent = start(directory);
  EXPECT_EQ(peer("silent", silent), "ok");
  caf::anon_send_exit(silent, caf::exit_reason::kill);
  EXPECT_EQ(watch("a@silent", watcher_), "ok");
  EXPECT_TRUE(told("a@silent", nobody_));
  EXPECT_EQ(enter_there("a", ann_), "ok");
  EXPECT_EQ(peer("silent", there_), "ok");
  EXPECT_TRUE(told("a@silent", ann_));
}

} // namespace troupe
