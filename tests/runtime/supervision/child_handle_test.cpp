// SPDX-License-Identifier: Apache-2.0

#include "supervision/child_handle.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/deterministic.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/scheduling/dead_letter.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "caf/actor_registry.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/response_promise.hpp"
#include "caf/sec.hpp"
#include "caf/system_messages.hpp"
#include "caf/typed_event_based_actor.hpp"

#include "scheduling/passage.hpp"
#include "supervision/handle_report.hpp"

namespace troupe {

namespace {

using list = std::vector<int>;
using numbers = std::vector<int32_t>;

constexpr int poison = -1;
constexpr int quit_with_error = -2;
constexpr int quit_normally = -3;
constexpr int poison_with_promise = -4;

/// What all incarnations have handled.
struct diary {
  list handled;
  list exits;
};

caf::behavior child(caf::event_based_actor* self,
                    const std::shared_ptr<diary>& book) {
  return {
      [=](int x) -> caf::result<int> {
        book->handled.push_back(x);
        switch (x) {
          case poison:
            throw std::runtime_error{"bad apple"};
          case quit_with_error:
            self->quit(caf::make_error(caf::sec::bad_function_call));
            return x;
          case quit_normally:
            self->quit();
            return x;
          case poison_with_promise: {
            auto promise = self->make_response_promise();
            throw std::runtime_error{"broken promise"};
          }
          default:
            return 10 * x;
        }
      },
      [=](numbers& xs) -> int {
        auto sum = 0;
        for (auto x : std::exchange(xs, {}))
          sum += x;
        book->handled.push_back(sum);
        if (book->handled.size() < 3)
          throw std::runtime_error{"too early"};
        return sum;
      },
  };
}

caf::strong_actor_ptr to_ptr(const caf::actor& x) {
  return caf::actor_cast<caf::strong_actor_ptr>(x);
}

class ChildHandle : public test::deterministic {
protected:
  ~ChildHandle() override {
    if (handle != nullptr)
      handle->close(caf::exit_reason::user_shutdown);
    anon_send_exit(incarnation, caf::exit_reason::kill);
    incarnation = nullptr;
    run();
    EXPECT_EQ(passage::waiting(), 0u);
  }

  void open(handle_options opts = {}) {
    supervisor.emplace(sys, true);
    opts.supervisor = caf::actor_cast<caf::weak_actor_ptr>(supervisor->ptr());
    handle = child_handle::make(sys, opts);
    address = handle->handle();
  }

  /// Starts the next incarnation and does not run it.
  void start() {
    ++generation;
    incarnation = spawn(sys, {.hooks = handle->hooks()}, child, book);
    handle->bind(incarnation, generation);
  }

  /// As its supervisor does when it is told about the end.
  void restart() {
    handle->unbind(generation);
    start();
  }

  void send(int x) {
    self()->send(address, x);
  }

  std::vector<handle_report> reports() {
    std::vector<handle_report> result;
    while ((*supervisor)->has_next_message()) {
      auto x = (*supervisor)->next_message();
      if (x->content().match_elements<handle_report>())
        result.push_back(x->content().get_as<handle_report>(0));
    }
    return result;
  }

  std::shared_ptr<diary> book = std::make_shared<diary>();
  std::optional<caf::scoped_actor> supervisor;
  child_handle::pointer handle;
  caf::actor address;
  caf::actor incarnation;
  uint64_t generation = 0;
};

const handle_options retry_twice{
    .in_flight = {.policy = in_flight_policy::retry, .retries = 2}};

TEST_F(ChildHandle, HandsMessagesToTheIncarnationAndAnswersBack) {
  open();
  start();
  EXPECT_EQ(ask<int>(address, 4), 40);
  EXPECT_EQ(book->handled, list{4});
}

TEST_F(ChildHandle, WhatIsSentBeforeTheFirstStartWaitsInOrder) {
  open();
  for (int i : {1, 2, 3})
    send(i);
  EXPECT_EQ(handle->stats().waiting, 3u);
  start();
  run();
  EXPECT_EQ(book->handled, (list{1, 2, 3}));
  EXPECT_EQ(handle->stats().waiting, 0u);
}

TEST_F(ChildHandle, TheMailboxSurvivesARestartInOrder) {
  open();
  start();
  for (int i : {1, poison, 2, 3})
    send(i);
  run();
  send(4);
  EXPECT_EQ(handle->stats().waiting, 3u);
  EXPECT_EQ(handle->stats().salvaged, 2u);
  restart();
  send(5);
  run();
  EXPECT_EQ(book->handled, (list{1, poison, 2, 3, 4, 5}));
}

TEST_F(ChildHandle, TheOrderSurvivesRepeatedFailures) {
  open();
  start();
  for (int i : {1, poison, 2, poison, 3, poison, 4})
    send(i);
  for (int i : {5, 6, 7, 8}) {
    run();
    send(i);
    restart();
  }
  run();
  EXPECT_EQ(book->handled,
            (list{1, poison, 2, poison, 3, poison, 4, 5, 6, 7, 8}));
}

TEST_F(ChildHandle, ARequestThatKillsIsAnsweredWithTheReason) {
  open();
  start();
  auto result = ask<int>(address, poison);
  ASSERT_FALSE(result);
  EXPECT_EQ(describe(result.error()), "bad apple");
  auto found = reports();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, handle_notice::in_flight_lost);
  EXPECT_EQ(found[0].generation, 1u);
  EXPECT_EQ(describe(found[0].reason), "bad apple");
  EXPECT_EQ(handle->stats().lost_in_flight, 1u);
}

TEST_F(ChildHandle, ARequestThatKillsStaysWithoutAnswerUnderDrop) {
  open({.in_flight = {.policy = in_flight_policy::drop}});
  start();
  auto result = ask<int>(address, poison);
  EXPECT_EQ(result, caf::make_error(caf::sec::request_timeout));
  ASSERT_EQ(reports().size(), 1u);
  restart();
  run();
  EXPECT_EQ(book->handled, list{poison});
}

TEST_F(ChildHandle, AnAnsweredRequestIsDoneThoughTheActorQuitsWithAnError) {
  open(retry_twice);
  start();
  EXPECT_EQ(ask<int>(address, quit_with_error), quit_with_error);
  EXPECT_TRUE(reports().empty());
  restart();
  run();
  EXPECT_EQ(book->handled, list{quit_with_error});
}

TEST_F(ChildHandle, ANormalEndIsNobodysFaultAndKeepsTheMailbox) {
  open(retry_twice);
  start();
  for (int i : {quit_normally, 1})
    send(i);
  run();
  EXPECT_TRUE(reports().empty());
  restart();
  run();
  EXPECT_EQ(book->handled, (list{quit_normally, 1}));
}

TEST_F(ChildHandle, ARetriedMessageGoesFirstAndIsThenSetAside) {
  open(retry_twice);
  start();
  auto request = test::open_request<int>{sys, address, poison};
  send(1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(request.answered());
    run();
    EXPECT_EQ(handle->stats().waiting, i < 2 ? 2u : 1u);
    restart();
  }
  run();
  EXPECT_EQ(book->handled, (list{poison, poison, poison, 1}));
  auto result = request.result();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), errc::quarantined);
  EXPECT_EQ(describe(result.error()), "bad apple");
  auto found = reports();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].what, handle_notice::in_flight_retried);
  EXPECT_EQ(found[1].attempts, 2u);
  EXPECT_EQ(found[2].what, handle_notice::in_flight_quarantined);
  ASSERT_TRUE(found[2].message);
  auto& aside = *found[2].message;
  EXPECT_EQ(aside.text, "(-1)");
  EXPECT_TRUE(aside.is_request);
  ASSERT_EQ(aside.history.size(), 3u);
  EXPECT_EQ(aside.history[2].generation, 3u);
  EXPECT_EQ(describe(aside.history[2].reason), "bad apple");
  EXPECT_EQ(handle->stats().retried, 2u);
  EXPECT_EQ(handle->stats().quarantined, 1u);
}

TEST_F(ChildHandle, ARetriedMessageIsAsItWasSentThoughTheHandlerEmptiedIt) {
  open(retry_twice);
  start();
  auto request = test::open_request<int>{sys, address, numbers{1, 2, 3}};
  run();
  restart();
  run();
  restart();
  run();
  EXPECT_EQ(book->handled, (list{6, 6, 6}));
  EXPECT_EQ(request.result(), 6);
}

TEST_F(ChildHandle, ARequestWhoseHandlerMadeAPromiseIsRetriedToo) {
  open({.in_flight = {.policy = in_flight_policy::retry, .retries = 1}});
  start();
  auto request = test::open_request<int>{sys, address, poison_with_promise};
  run();
  restart();
  run();
  auto result = request.result();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), errc::quarantined);
}

TEST_F(ChildHandle, DiscardAnswersRequestsInTheMailboxWithTheReason) {
  open({.mailbox = mailbox_policy::discard});
  start();
  send(poison);
  send(1);
  auto request = test::open_request<int>{sys, address, 2};
  run();
  auto result = request.result();
  ASSERT_FALSE(result);
  EXPECT_EQ(describe(result.error()), "bad apple");
  EXPECT_EQ(handle->stats().discarded, 2u);
  auto found = reports();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].what, handle_notice::discarded);
  EXPECT_EQ(found[1].messages, 2u);
  send(3);
  restart();
  run();
  EXPECT_EQ(book->handled, (list{poison, 3}));
}

TEST_F(ChildHandle, KeepsNothingOfAnIncarnationThatEndedBeforeItWasBound) {
  open();
  ++generation;
  incarnation = spawn(sys, {.hooks = handle->hooks()}, child, book);
  auto memory = caf::actor_cast<caf::weak_actor_ptr>(incarnation);
  anon_send_exit(incarnation, caf::exit_reason::kill);
  run();
  auto before = memory->weak_refs.load();
  handle->bind(incarnation, generation);
  handle->unbind(generation);
  EXPECT_EQ(memory->weak_refs, before);
}

TEST_F(ChildHandle, PlainMessagesThatItsEndLeavesBehindAreDeadLetters) {
  std::vector<dead_letter> lost;
  auto listener = sys.spawn([&lost](caf::event_based_actor*) {
    return caf::behavior{[&lost](dead_letter& x) { lost.push_back(x); }};
  });
  sys.registry().put(dead_letter_listener, listener);
  open();
  send(1);
  auto request = test::open_request<int>{sys, address, 2};
  handle->close(caf::exit_reason::user_shutdown);
  send(3);
  run();
  sys.registry().erase(dead_letter_listener);
  anon_send_exit(listener, caf::exit_reason::kill);
  EXPECT_EQ(request.result(), caf::exit_reason::user_shutdown);
  ASSERT_EQ(lost.size(), 2u);
  EXPECT_EQ(lost[0].content, "(1)");
  EXPECT_EQ(lost[0].reason, caf::exit_reason::user_shutdown);
  EXPECT_EQ(lost[0].receiver, address.id());
  EXPECT_EQ(lost[1].content, "(3)");
  EXPECT_EQ(lost[1].reason, caf::sec::request_receiver_down);
}

TEST_F(ChildHandle, TakesWhatIsReplayedBeyondTheBound) {
  open({.max_waiting = 1});
  send(1);
  handle->replay(
      caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, 2),
      nullptr);
  start();
  run();
  EXPECT_EQ(book->handled, (list{1, 2}));
}

TEST_F(ChildHandle, BeyondTheBoundARequestIsRefusedAndAMessageCounted) {
  open({.max_waiting = 2, .key = 7});
  send(1);
  send(2);
  send(3);
  auto result = ask<int>(address, 4);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), errc::mailbox_full);
  EXPECT_EQ(handle->stats().refused, 2u);
  auto found = reports();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, handle_notice::refused);
  EXPECT_EQ(found[0].key, 7u);
  start();
  run();
  EXPECT_EQ(book->handled, (list{1, 2}));
}

TEST_F(ChildHandle, WhatIsSalvagedTakesUpThePlaces) {
  open({.max_waiting = 2});
  start();
  for (int i : {poison, 1, 2, 3})
    send(i);
  run();
  EXPECT_EQ(handle->stats().waiting, 3u);
  send(4);
  EXPECT_EQ(handle->stats().refused, 1u);
  restart();
  run();
  EXPECT_EQ(book->handled, (list{poison, 1, 2, 3}));
}

TEST_F(ChildHandle, MonitorsOutliveIncarnationsAndFireOnClose) {
  open();
  start();
  self()->monitor(address);
  send(poison);
  run();
  restart();
  run();
  EXPECT_FALSE(received<caf::down_msg>());
  handle->close(make_error(errc::restarts_exhausted));
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->source, address);
  EXPECT_EQ(down->reason, errc::restarts_exhausted);
}

TEST_F(ChildHandle, AMonitorThatComesTooLateFiresAtOnce) {
  open();
  handle->close(make_error(errc::restarts_exhausted));
  self()->monitor(address);
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, errc::restarts_exhausted);
}

TEST_F(ChildHandle, AMonitorCanBeTakenBack) {
  open();
  self()->monitor(address);
  self()->demonitor(address);
  handle->close(make_error(errc::restarts_exhausted));
  EXPECT_FALSE(received<caf::down_msg>());
}

TEST_F(ChildHandle, ALinkFiresOnCloseOnly) {
  open();
  start();
  auto partner = sys.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](int x) { return x; }};
  });
  self()->monitor(partner);
  caf::actor_cast<caf::abstract_actor*>(partner)->add_link(
      caf::actor_cast<caf::abstract_actor*>(address));
  send(poison);
  run();
  restart();
  run();
  EXPECT_FALSE(received<caf::down_msg>());
  handle->close(make_error(errc::restarts_exhausted));
  run();
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, errc::restarts_exhausted);
}

TEST_F(ChildHandle, TheEndOfALinkedActorReachesTheIncarnation) {
  open();
  start();
  auto partner = sys.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](int x) { return x; }};
  });
  caf::actor_cast<caf::abstract_actor*>(partner)->add_link(
      caf::actor_cast<caf::abstract_actor*>(address));
  self()->monitor(incarnation);
  anon_send_exit(partner, caf::exit_reason::kill);
  run();
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->source, incarnation);
}

TEST_F(ChildHandle, AnExitMessageGoesToTheIncarnation) {
  open();
  start();
  self()->monitor(incarnation);
  self()->send_exit(address, caf::exit_reason::user_shutdown);
  run();
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, caf::exit_reason::user_shutdown);
}

TEST_F(ChildHandle,
       AnExitMessageWithoutIncarnationWaitsThoughAllPlacesAreTaken) {
  open({.max_waiting = 1});
  send(1);
  self()->send_exit(address, caf::exit_reason::user_shutdown);
  start();
  self()->monitor(incarnation);
  run();
  EXPECT_TRUE(received<caf::down_msg>());
}

TEST_F(ChildHandle,
       AnExitMessageToAnIncarnationJustEndedDoesNotHitItsSuccessor) {
  open();
  start();
  self()->send_exit(address, caf::exit_reason::kill);
  self()->send_exit(address, caf::exit_reason::kill);
  run();
  self()->send_exit(address, caf::exit_reason::kill);
  restart();
  run();
  EXPECT_EQ(ask<int>(address, 1), 10);
}

TEST_F(ChildHandle, WhatAnActorSendsItselfDiesWithIt) {
  open();
  start();
  send(poison);
  caf::actor_cast<caf::abstract_actor*>(incarnation)
      ->enqueue(to_ptr(incarnation), caf::make_message_id(),
                caf::make_message(8), nullptr);
  send(1);
  run();
  restart();
  run();
  EXPECT_EQ(book->handled, (list{poison, 1}));
}

TEST_F(ChildHandle, ClosingAnswersWhatWaitsWithTheReason) {
  open();
  auto waiting = test::open_request<int>{sys, address, 1};
  handle->close(make_error(errc::restarts_exhausted));
  auto result = waiting.result();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), errc::restarts_exhausted);
  auto later = ask<int>(address, 2);
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error(), caf::sec::request_receiver_down);
}

TEST_F(ChildHandle, WhatIsLeftInAMailboxAfterTheCloseIsAnswered) {
  open();
  start();
  auto waiting = test::open_request<int>{sys, address, 1};
  handle->close(make_error(errc::restarts_exhausted));
  self()->send_exit(incarnation, caf::exit_reason::kill);
  run();
  auto result = waiting.result();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), caf::sec::request_receiver_down);
}

TEST_F(ChildHandle, LosingTheLastReferenceIsAClose) {
  open();
  auto waiting = test::open_request<int>{sys, address, 1};
  self()->monitor(address);
  address = nullptr;
  handle = nullptr;
  auto result = waiting.result();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), caf::exit_reason::unreachable);
  auto down = received<caf::down_msg>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->reason, caf::exit_reason::unreachable);
}

TEST_F(ChildHandle, TheMailboxOfAnIncarnationGivenUpGoesToItsSuccessor) {
  open();
  start();
  auto old = incarnation;
  send(1);
  restart();
  send(2);
  self()->send_exit(old, caf::exit_reason::kill);
  run();
  EXPECT_EQ(book->handled, (list{2, 1}));
}

TEST_F(ChildHandle, ANoticeOfAnotherGenerationIsIgnored) {
  open();
  start();
  handle->unbind(generation + 1);
  EXPECT_EQ(ask<int>(address, 1), 10);
}

TEST_F(ChildHandle, AnIncarnationThatEndsWhileItGetsWhatWaitedLosesNothing) {
  open();
  for (int i : {1, 2, 3})
    send(i);
  ++generation;
  incarnation = spawn(sys, {.hooks = handle->hooks()}, child, book);
  self()->send_exit(incarnation, caf::exit_reason::kill);
  run();
  handle->bind(incarnation, generation);
  send(4);
  restart();
  run();
  EXPECT_EQ(book->handled, (list{1, 2, 3, 4}));
}

TEST_F(ChildHandle, AStockActorLosesItsMailboxAndThenNothing) {
  open();
  incarnation = sys.spawn(child, book);
  handle->bind(incarnation, ++generation);
  send(poison);
  auto lost = test::open_request<int>{sys, address, 1};
  run();
  EXPECT_EQ(lost.result(), caf::make_error(caf::sec::request_receiver_down));
  // It is down, and nobody has told the handle yet.
  send(2);
  restart();
  run();
  EXPECT_EQ(book->handled, (list{poison, 2}));
}

using typed_child = caf::typed_actor<caf::replies_to<int>::with<int>>;

TEST_F(ChildHandle, AStaticallyTypedActorCanBeAnIncarnation) {
  open();
  auto typed = sys.spawn([]() -> typed_child::behavior_type {
    return {[](int x) { return x + 1; }};
  });
  handle->bind(caf::actor_cast<caf::actor>(typed), 1);
  EXPECT_EQ(ask<int>(address, 1), 2);
  handle->unbind(1);
  auto request = test::open_request<int>{sys, address, 5};
  handle->bind(caf::actor_cast<caf::actor>(typed), 2);
  run();
  EXPECT_EQ(request.result(), 6);
}

TEST_F(ChildHandle, AHandleCanBeTheIncarnationOfAnother) {
  open();
  start();
  auto outer = child_handle::make(sys, retry_twice);
  outer->bind(address, 1);
  EXPECT_EQ(ask<int>(outer->handle(), 1), 10);
  outer->close(caf::exit_reason::user_shutdown);
}

TEST_F(ChildHandle, AnIncarnationIsReleasedWhenItIsUnbound) {
  open();
  start();
  run();
  auto weak = caf::actor_cast<caf::weak_actor_ptr>(incarnation);
  incarnation = nullptr;
  EXPECT_TRUE(weak.lock());
  handle->unbind(generation);
  run();
  EXPECT_FALSE(weak.lock());
}

} // namespace

} // namespace troupe
