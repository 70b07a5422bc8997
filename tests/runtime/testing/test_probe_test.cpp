// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/test_probe.hpp"

#include <chrono>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "troupe/testing/test_failure.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/system_messages.hpp"

using namespace std::chrono_literals;

namespace troupe {

namespace {

/// Sends each number on to somebody, who gets it after that many seconds.
caf::behavior postman(caf::event_based_actor* self, const caf::actor& to) {
  return {[=](int x) {
    self->delayed_send(to, std::chrono::seconds{x}, x, std::to_string(x));
  }};
}

caf::behavior echo(caf::event_based_actor*) {
  return {
      [](int x) { return x; },
      [](const std::string&) -> caf::result<int> {
        return caf::make_error(caf::sec::invalid_argument);
      },
  };
}

/// Returns the text of the failure in `f`.
template <class F>
std::string failure(F f) {
  try {
    f();
  } catch (const test_failure& e) {
    return e.what();
  }
  return "no failure";
}

class TestProbe : public testing::Test {
protected:
  ~TestProbe() override {
    for (auto& x : {echo_, postman_})
      probe_.self()->send_exit(x, caf::exit_reason::kill);
    system_.run();
  }

  std::string name(const caf::actor& x) {
    return "scheduled_actor #" + std::to_string(x.id());
  }

  test_system system_;
  test_probe probe_{system_};
  caf::actor echo_ = system_.system().spawn(echo);
  caf::actor postman_ = system_.system().spawn(postman, probe_.handle());
};

} // namespace

TEST_F(TestProbe, ReturnsMessagesInOrder) {
  probe_.send(probe_.handle(), 1);
  probe_.send(probe_.handle(), std::string{"two"}, 2.0);
  probe_.send(probe_.handle(), caf::ok_atom_v, 3);
  EXPECT_EQ(probe_.expect<int>(), 1);
  EXPECT_EQ((probe_.expect<std::string, double>()),
            (std::tuple{std::string{"two"}, 2.0}));
  EXPECT_EQ(std::get<1>(probe_.expect<caf::ok_atom, int>()), 3);
  probe_.expect_nothing();
}

TEST_F(TestProbe, LetsActorsStepUntilTheMessageIsThere) {
  probe_.request(echo_, 1);
  auto pending = system_.open<int>(echo_, 2);
  EXPECT_EQ(probe_.expect<int>({.from = echo_}), 1);
  EXPECT_FALSE(pending.answered());
  system_.run();
  EXPECT_EQ(pending.result(), 2);
}

TEST_F(TestProbe, GetsTheErrorOfAResponse) {
  probe_.request(echo_, std::string{"what?"});
  EXPECT_EQ(probe_.expect<caf::error>(), caf::sec::invalid_argument);
}

TEST_F(TestProbe, MovesTimeAsFarAsItMay) {
  auto begin = system_.now();
  probe_.send(postman_, 2);
  probe_.send(postman_, 4);
  EXPECT_EQ(std::get<0>(probe_.expect<int, std::string>({.within = 3s})), 2);
  EXPECT_EQ(system_.now() - begin, 2s);
  EXPECT_EQ(failure([&] { probe_.expect<int, std::string>({.within = 1s}); }),
            "expected (i32, str) within 1s, got nothing");
  EXPECT_EQ(system_.now() - begin, 3s);
  EXPECT_EQ(std::get<0>(probe_.expect<int, std::string>({.within = 1s})), 4);
}

TEST_F(TestProbe, RefusesAnotherTypeAndTellsWhatItGot) {
  probe_.request(echo_, 7);
  EXPECT_EQ(failure([&] { probe_.expect<caf::ok_atom, double>(); }),
            "expected (ok, double), got (7) from " + name(echo_));
  probe_.expect_nothing();
}

TEST_F(TestProbe, RefusesAnotherAtom) {
  probe_.send(probe_.handle(), caf::tick_atom_v);
  EXPECT_EQ(failure([&] { probe_.expect<caf::ok_atom>(); }),
            "expected (ok), got ('tick') from scoped_actor #"
                + std::to_string(probe_.handle().id()));
}

TEST_F(TestProbe, RefusesAnotherSender) {
  probe_.request(echo_, 7);
  EXPECT_EQ(failure([&] { probe_.expect<int>({.from = postman_}); }),
            "expected (i32) from " + name(postman_) + ", got (7) from "
                + name(echo_));
}

TEST_F(TestProbe, NothingMeansNothingForTheWholeTime) {
  probe_.send(postman_, 2);
  probe_.expect_nothing(1s);
  EXPECT_EQ(failure([&] { probe_.expect_nothing(1s); }),
            "expected nothing within 1s, got (2, \"2\") from "
                + name(postman_));
}

TEST_F(TestProbe, AnswersTheLastMessage) {
  auto request = system_.open<std::string>(probe_.handle(), 7);
  EXPECT_EQ(probe_.expect<int>(), 7);
  probe_.reply(std::string{"seven"});
  EXPECT_EQ(request.result(), "seven");
  EXPECT_EQ(failure([&] { probe_.reply(std::string{"again"}); }),
            "the last message has nobody to reply to");
}

TEST_F(TestProbe, AnswersTheSenderOfAPlainMessage) {
  test_probe other{system_};
  other.send(probe_.handle(), 7);
  EXPECT_EQ(probe_.expect<int>({.from = other.handle()}), 7);
  probe_.reply(8);
  EXPECT_EQ(other.expect<int>({.from = probe_.handle()}), 8);
  EXPECT_EQ(other.sender(), probe_.handle());
}

TEST_F(TestProbe, SeesTheEndOfAnActorAndWhy) {
  probe_.self()->monitor(echo_);
  probe_.self()->monitor(postman_);
  probe_.self()->send_exit(echo_, caf::exit_reason::kill);
  EXPECT_EQ(probe_.expect_down(echo_), caf::exit_reason::kill);
  probe_.self()->send_exit(postman_, caf::exit_reason::kill);
  EXPECT_EQ(failure([&] { probe_.expect_down(echo_); }),
            "expected the end of " + name(echo_) + ", got that of "
                + name(postman_));
}

} // namespace troupe
