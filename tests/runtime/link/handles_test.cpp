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
    broker = middle.system.spawn([far](caf::event_based_actor*) {
      return caf::behavior{[far](caf::get_atom) { return far; }};
    });
    middle.system.registry().put(broker.id(), broker);
  }

  void TearDown() override {
    caf::anon_send_exit(broker, caf::exit_reason::user_shutdown);
  }

  /// Asks the broker for the handle, on `left`.
  caf::actor fetch() {
    caf::actor result;
    auto proxy = caf::actor_cast<caf::actor>(
        left.links->proxy(middle.system.node(), broker.id()));
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

TEST_F(Handles, OfANodeWithoutALinkArriveInvalid) {
  EXPECT_FALSE(fetch());
}

} // namespace troupe
