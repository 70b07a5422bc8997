// SPDX-License-Identifier: Apache-2.0

// Handles of actors that travel.

#include <chrono>

#include <gtest/gtest.h>

#include "caf/send.hpp"

#include "link_end.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

using test::link_end;

constexpr auto patience = 10s;

struct Handles : testing::Test {
  void SetUp() override {
    ASSERT_FALSE(middle.dial(left.address()));
    ASSERT_FALSE(middle.dial(right.address()));
    ASSERT_TRUE(middle.saw({peer_change::up, peer_change::up}));
    // Answers with a handle of an actor on `right`.
    auto far = middle.peer_doubler();
    broker = middle.system.spawn([far](caf::event_based_actor* self) {
      return caf::behavior{
          [far](caf::get_atom) { return far; },
          [far, self](int32_t x) { return self->delegate(far, x); }};
    });
  }

  void TearDown() override {
    caf::anon_send_exit(broker, caf::exit_reason::user_shutdown);
  }

  /// Asks the broker for the handle, on `left`.
  caf::actor fetch() {
    caf::actor result;
    auto proxy = test::known(left, middle, broker);
    left.self->request(proxy, patience, caf::get_atom_v)
        .receive([&](const caf::actor& x) { result = x; },
                 [](const caf::error& e) { FAIL() << describe(e); });
    return result;
  }

  link_end left{"left"};
  link_end right{"right"};
  link_end middle{"middle", test::link_options(), std::nullopt};
  caf::actor broker;
};

} // namespace

TEST_F(Handles, OfAThirdNodeLeadThereDirectly) {
  ASSERT_FALSE(left.dial(right.address()));
  auto far = fetch();
  ASSERT_TRUE(far);
  EXPECT_EQ(far.node(), right.system.node());
  // Not over the node that the handle came from.
  middle.ends->close(2s);
  left.self->request(far, patience, int32_t{21})
      .receive([](int32_t x) { EXPECT_EQ(x, 42); },
               [](const caf::error& e) { FAIL() << describe(e); });
}

TEST_F(Handles, ARequestThatIsPassedOnIsAnsweredByWayOfWhoPassedItOn) {
  // No link between left and right.
  auto proxy = test::known(left, middle, broker);
  for (int32_t x : {21, 22})
    left.self->request(proxy, patience, x)
        .receive([&](int32_t y) { EXPECT_EQ(y, 2 * x); },
                 [](const caf::error& e) { FAIL() << describe(e); });
}

TEST_F(Handles, ARequestThatIsPassedOnFailsWithTheThirdNode) {
  auto never = right.system.spawn([](caf::event_based_actor* self) {
    return caf::behavior{
        [=](int32_t) { return self->make_response_promise(); }};
  });
  auto far = test::known(middle, right, never);
  auto passing = middle.system.spawn([far](caf::event_based_actor* self) {
    return caf::behavior{
        [far, self](int32_t x) { return self->delegate(far, x); }};
  });
  auto proxy = test::known(left, middle, passing);
  auto open = left.self->request(proxy, patience, int32_t{1});
  // Under way to the third node.
  EXPECT_TRUE(test::eventually(patience, [&] {
    return caf::actor_cast<caf::abstract_actor*>(never)->getf(
        caf::abstract_actor::is_initialized_flag);
  }));
  right.ends->close(0s);
  open.receive([](int32_t) { FAIL() << "there is no answer"; },
               [](const caf::error& e) { EXPECT_EQ(e, errc::link_lost); });
  for (auto& x : {never, passing})
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
}

TEST_F(Handles, OfANodeWithoutALinkArriveInvalid) {
  EXPECT_FALSE(fetch());
}

} // namespace troupe
