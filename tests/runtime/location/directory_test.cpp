// SPDX-License-Identifier: Apache-2.0

#include "runtime/location/directory_fixture.hpp"

namespace troupe {

namespace {

using namespace test;

using directory_test = directory_fixture;

caf::behavior deaf(caf::event_based_actor* self) {
  self->set_default_handler(caf::drop);
  return {[](int) {}};
}

} // namespace

// -- names of this node -------------------------------------------------------

TEST_F(directory_test, FindsWhoIsRegistered) {
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(enter("b", bob_), "ok");
  EXPECT_EQ(lookup("a"), ann_);
  EXPECT_EQ(lookup("b"), bob_);
}

TEST_F(directory_test, ANameThatNobodyHasIsUnknown) {
  EXPECT_EQ(lookup("a").error(), errc::unknown_name);
  EXPECT_EQ(describe(lookup("a").error()), "nobody is registered as \"a\"");
}

TEST_F(directory_test, ANameHasOneHolder) {
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(enter("a", bob_), "\"a\" is held by another actor");
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(lookup("a"), ann_);
}

TEST_F(directory_test, AnActorMayHaveSeveralNames) {
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(enter("b", ann_), "ok");
  EXPECT_EQ(withdraw("a"), "ok");
  EXPECT_EQ(lookup("a").error(), errc::unknown_name);
  EXPECT_EQ(lookup("b"), ann_);
  end(ann_);
  EXPECT_EQ(lookup("b").error(), errc::unknown_name);
}

TEST_F(directory_test, AWithdrawnNameIsFree) {
  EXPECT_EQ(withdraw("a"), "nobody is registered as \"a\"");
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(withdraw("a"), "ok");
  EXPECT_EQ(enter("a", bob_), "ok");
  end(ann_);
  EXPECT_EQ(lookup("a"), bob_);
}

TEST_F(directory_test, ANameIsFreeWhenItsHolderHasEnded) {
  EXPECT_EQ(enter("a", ann_), "ok");
  end(ann_);
  EXPECT_EQ(lookup("a").error(), errc::unknown_name);
  EXPECT_EQ(enter("a", bob_), "ok");
}

TEST_F(directory_test, ASuccessorDoesNotWaitForTheNoticeOfTheEndBeforeIt) {
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(watch("a", watcher_), "ok");
  seen_.clear();
  // The request comes before the notice.
  caf::anon_send_exit(ann_, caf::exit_reason::kill);
  EXPECT_EQ(enter("a", bob_), "ok");
  ASSERT_EQ(seen_.size(), 2u);
  EXPECT_EQ(seen_[0].holder, nobody_);
  EXPECT_EQ(seen_[1].holder, bob_);
  EXPECT_EQ(lookup("a"), bob_);
}

TEST_F(directory_test, AnActorThatHasEndedDoesNotKeepAName) {
  end(ann_);
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(enter("a", bob_), "ok");
}

TEST_F(directory_test, NamesThatAreNoneAreRefused) {
  auto long_name = std::string(max_name_bytes + 1, 'x');
  for (auto& name : {std::string{}, std::string{"a@b"}, long_name}) {
    auto err = ask<void>(here_, register_atom_v, name, ann_).error();
    EXPECT_EQ(err, errc::invalid_option) << name;
  }
  EXPECT_EQ(enter(std::string(max_name_bytes, 'x'), ann_), "ok");
  EXPECT_EQ(lookup("").error(), errc::invalid_option);
  EXPECT_EQ(lookup("a@b@c").error(), errc::invalid_option);
  EXPECT_EQ(ask<void>(here_, watch_atom_v, std::string{"@"}, watcher_).error(),
            errc::invalid_option);
  EXPECT_EQ(ask<void>(here_, peer_atom_v, std::string{"a@b"}, there_).error(),
            errc::invalid_option);
}

TEST_F(directory_test, InvalidHandlesAreRefused) {
  EXPECT_EQ(enter("a", nobody_), "the actor's handle is invalid");
  EXPECT_EQ(watch("a", nobody_), "the actor's handle is invalid");
  EXPECT_EQ(peer("there", nobody_), "the actor's handle is invalid");
}

TEST_F(directory_test, OtherMessagesAreAnsweredWithAnError) {
  EXPECT_EQ(ask<void>(here_, 42).error(), caf::sec::unexpected_message);
}

// -- watches ------------------------------------------------------------------

TEST_F(directory_test, AWatcherIsToldThePresentHolderAndEachChange) {
  EXPECT_EQ(watch("a", watcher_), "ok");
  EXPECT_TRUE(told("a", nobody_));
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_TRUE(told("a", ann_));
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_TRUE(told_nothing());
  EXPECT_EQ(withdraw("a"), "ok");
  EXPECT_TRUE(told("a", nobody_));
  EXPECT_EQ(enter("a", bob_), "ok");
  EXPECT_TRUE(told("a", bob_));
  end(bob_);
  EXPECT_TRUE(told("a", nobody_));
}

TEST_F(directory_test, AWatcherThatComesLaterIsToldToo) {
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(watch("a", watcher_), "ok");
  EXPECT_TRUE(told("a", ann_));
}

TEST_F(directory_test, WatchingTwiceTellsTheHolderAgainAndChangesOnce) {
  EXPECT_EQ(watch("a", watcher_), "ok");
  EXPECT_TRUE(told("a", nobody_));
  EXPECT_EQ(watch("a", watcher_), "ok");
  EXPECT_TRUE(told("a", nobody_));
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_TRUE(told("a", ann_));
}

TEST_F(directory_test, AWatchCanBeEnded) {
  EXPECT_EQ(watch("a", watcher_), "ok");
  EXPECT_TRUE(told("a", nobody_));
  EXPECT_EQ(text(ask<void>(here_, withdraw_atom_v, std::string{"a"}, watcher_)),
            "ok");
  EXPECT_EQ(text(ask<void>(here_, withdraw_atom_v, std::string{"a"}, watcher_)),
            "ok");
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_TRUE(told_nothing());
}

TEST_F(directory_test, AWatchEndsWithItsWatcher) {
  events others;
  auto other = start(probe, &others);
  EXPECT_EQ(watch("a", other), "ok");
  EXPECT_EQ(watch("b", other), "ok");
  EXPECT_EQ(watch("a", watcher_), "ok");
  EXPECT_TRUE(told("a", nobody_));
  end(other);
  EXPECT_EQ(enter("a", ann_), "ok");
  EXPECT_EQ(enter("b", bob_), "ok");
  EXPECT_TRUE(told("a", ann_));
  EXPECT_EQ(others.size(), 2u);
}

TEST_F(directory_test, AWatcherThatTakesNoEventsDoesNoHarm) {
  auto watcher = start(deaf);
  EXPECT_EQ(watch("a", watcher), "ok");
  EXPECT_EQ(enter("a", ann_), "ok");
  self()->send(here_, make_error(errc::queue_full));
  run();
  EXPECT_EQ(lookup("a"), ann_);
}

TEST_F(directory_test, AHolderMayWatchItself) {
  EXPECT_EQ(enter("a", watcher_), "ok");
  EXPECT_EQ(watch("a", watcher_), "ok");
  EXPECT_TRUE(told("a", watcher_));
  end(watcher_);
  EXPECT_EQ(lookup("a").error(), errc::unknown_name);
  EXPECT_EQ(enter("a", ann_), "ok");
}

// -- limits -------------------------------------------------------------------

TEST_F(directory_test, NamesAreLimited) {
  for (size_t i = 0; i < max_directory_names; ++i)
    caf::anon_send(here_, register_atom_v, std::to_string(i), ann_);
  run();
  EXPECT_EQ(lookup(std::to_string(max_directory_names - 1)), ann_);
  auto err =
      ask<void>(here_, register_atom_v, std::string{"more"}, ann_).error();
  EXPECT_EQ(err, errc::directory_full);
  EXPECT_EQ(describe(err), "the directory holds 65536 names, the most it may");
  EXPECT_EQ(withdraw("0"), "ok");
  EXPECT_EQ(enter("more", ann_), "ok");
  end(ann_);
  EXPECT_EQ(enter("0", bob_), "ok");
}

TEST_F(directory_test, WatchesAreLimited) {
  auto name = [](size_t i) { return std::to_string(i / 2); };
  auto other = start(idle);
  for (size_t i = 0; i < max_directory_watches; ++i)
    caf::anon_send(here_, watch_atom_v, name(i), i % 2 == 0 ? ann_ : other);
  run();
  EXPECT_EQ(watch("a", watcher_),
            "the directory holds 65536 watches, the most it may");
  EXPECT_TRUE(told_nothing());
  EXPECT_EQ(watch("0", ann_), "ok") << "the same watch once more is no new one";
  end(ann_);
  EXPECT_EQ(watch("a", watcher_), "ok");
}

TEST_F(directory_test, PeersAreLimited) {
  for (size_t i = 0; i < max_directory_peers; ++i)
    caf::anon_send(here_, peer_atom_v, std::to_string(i), there_);
  run();
  EXPECT_EQ(peer("more", there_),
            "the directory holds 1024 peers, the most it may");
  EXPECT_EQ(peer("0", there_), "ok");
}

} // namespace troupe
