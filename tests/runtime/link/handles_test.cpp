// SPDX-License-Identifier: Apache-2.0

// Handles of actors that travel.

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_proxy.hpp"
#include "caf/make_actor.hpp"
#include "caf/send.hpp"

#include "troupe/scheduling/deadline.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/scheduling/trace.hpp"

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

TEST_F(Handles, OfANodeThatNobodyWillDialArriveInvalid) {
  EXPECT_FALSE(fetch());
  // Nor is it remembered.
  EXPECT_EQ(left.links->proxies().count_proxies(right.system.node()), 0u);
}

// -- of nodes that somebody dials ---------------------------------------------

namespace {

/// Is told in the sender's thread what became of its requests.
class listener : public caf::actor_proxy {
public:
  using handler = std::function<void(const caf::error&)>;

  listener(caf::actor_config& cfg, handler x)
      : caf::actor_proxy(cfg), handler_(std::move(x)) {
    // nop
  }

  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit*) override {
    handler_(x->content().get_as<caf::error>(0));
  }

  void kill_proxy(caf::execution_unit* context, caf::error why) override {
    cleanup(std::move(why), context);
  }

private:
  handler handler_;
};

caf::strong_actor_ptr make_listener(caf::actor_system& sys,
                                    listener::handler x) {
  caf::actor_config cfg;
  return caf::make_actor<listener, caf::strong_actor_ptr>(
      sys.next_actor_id(), sys.node(), &sys, cfg, std::move(x));
}

/// `left` tells of nodes whose handles have come.
struct EarlyHandles : Handles {
  void SetUp() override {
    left.links->on_stranger([this](const caf::node_id& x, uint64_t number) {
      std::lock_guard guard{mtx};
      wanted.push_back(x);
      numbers.push_back(number);
    });
    Handles::SetUp();
  }

  std::vector<caf::node_id> all_wanted() {
    std::lock_guard guard{mtx};
    return wanted;
  }

  std::vector<uint64_t> all_numbers() {
    std::lock_guard guard{mtx};
    return numbers;
  }

  std::mutex mtx;
  std::vector<caf::node_id> wanted;
  std::vector<uint64_t> numbers;
};

} // namespace

TEST_F(EarlyHandles, LeadThereOnceThereIsALink) {
  auto far = fetch();
  ASSERT_TRUE(far);
  EXPECT_EQ(fetch(), far);
  EXPECT_EQ(all_wanted(), std::vector<caf::node_id>{right.system.node()});
  auto& self = left.self;
  auto first = self->request(far, patience, int32_t{1});
  auto second = self->request(far, patience, std::string(100'000, 'x'));
  auto late = request_in_time(&*self, far, 0s, int32_t{3});
  self->monitor(far);
  ASSERT_FALSE(left.dial(right.address()));
  auto fail = [](const caf::error& e) { FAIL() << describe(e); };
  first.receive([](int32_t x) { EXPECT_EQ(x, 2); }, fail);
  second.receive([](const std::string& x) { EXPECT_EQ(x.size(), 100'000u); },
                 fail);
  late.receive([](int32_t) { FAIL() << "its time was over"; },
               [](const caf::error& e) { EXPECT_NE(e, caf::none); });
  self->request(far, patience, int32_t{21})
      .receive([](int32_t x) { EXPECT_EQ(x, 42); }, fail);
  right.ends->close(2s);
  self->receive([&](const caf::down_msg& x) { EXPECT_EQ(x.source, far); },
                caf::after(patience) >> [] { FAIL() << "it is not down"; });
}

TEST_F(EarlyHandles, KeepTheOrderOfMessages) {
  std::vector<int32_t> got;
  auto order = right.system.spawn([&got](caf::event_based_actor*) {
    return caf::behavior{[&got](int32_t x) {
      got.push_back(x);
      return x;
    }};
  });
  right.system.registry().put(order.id(), order);
  auto node = right.system.node();
  auto far = caf::actor_cast<caf::actor>(left.links->proxy(
      node, order.id(), right.links->ticket_of(node, order.id())));
  ASSERT_TRUE(far);
  for (int32_t i = 0; i < 100; ++i)
    left.self->send(far, i);
  ASSERT_FALSE(left.dial(right.address()));
  left.self->request(far, patience, int32_t{100})
      .receive([](int32_t) {},
               [](const caf::error& e) { FAIL() << describe(e); });
  ASSERT_EQ(got.size(), 101u);
  EXPECT_TRUE(std::is_sorted(got.begin(), got.end()));
  caf::anon_send_exit(order, caf::exit_reason::user_shutdown);
}

TEST_F(EarlyHandles, KeepWhatMessagesBelongTo) {
  auto teller = spawn(right.system, [](caf::event_based_actor*) {
    return caf::behavior{[](caf::get_atom) {
      auto here = trace_scope::current();
      return here ? here->trace_low : 0;
    }};
  });
  auto node = right.system.node();
  right.system.registry().put(teller.id(), teller);
  auto far = caf::actor_cast<caf::actor>(left.links->proxy(
      node, teller.id(), right.links->ticket_of(node, teller.id())));
  ASSERT_TRUE(far);
  auto trace = new_trace();
  auto ask = [&] { return left.self->request(far, patience, caf::get_atom_v); };
  auto before = ask();
  auto traced = [&] {
    trace_scope scope{trace};
    return ask();
  }();
  auto after = ask();
  ASSERT_FALSE(left.dial(right.address()));
  auto fail = [](const caf::error& e) { FAIL() << describe(e); };
  before.receive([](uint64_t x) { EXPECT_EQ(x, 0u); }, fail);
  traced.receive([&](uint64_t x) { EXPECT_EQ(x, trace.trace_low); }, fail);
  after.receive([](uint64_t x) { EXPECT_EQ(x, 0u); }, fail);
  caf::anon_send_exit(teller, caf::exit_reason::user_shutdown);
}

TEST_F(EarlyHandles, AreLinkedThoughSomebodySendsWithoutAPause) {
  auto far = caf::actor_cast<caf::strong_actor_ptr>(fetch());
  ASSERT_TRUE(far);
  auto too_large = caf::make_message(std::string((16 << 20) + 1, 'x'));
  caf::strong_actor_ptr sender;
  auto send = [&] {
    auto request = caf::make_message_id().integer_value() | 1;
    far->enqueue(sender, caf::message_id{request}, too_large, nullptr);
  };
  // It says the next thing while it is told that the last one cannot be sent.
  size_t failed = 0;
  std::promise<caf::error> refused;
  sender = make_listener(left.system, [&](const caf::error& why) {
    if (++failed < 1'000 && why == errc::message_too_large)
      send();
    else
      refused.set_value(why);
  });
  send();
  ASSERT_FALSE(left.dial(right.address()));
  auto last = refused.get_future();
  ASSERT_EQ(last.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(last.get(), errc::link_full);
  EXPECT_LT(failed, 100u);
  left.system.registry().erase(sender->id());
  left.self->request(caf::actor_cast<caf::actor>(far), patience, int32_t{21})
      .receive([](int32_t x) { EXPECT_EQ(x, 42); },
               [](const caf::error& e) { FAIL() << describe(e); });
}

TEST_F(EarlyHandles, GoDownWhenTheNodeIsGivenUp) {
  auto far = fetch();
  ASSERT_TRUE(far);
  auto open = left.self->request(far, patience, int32_t{1});
  left.self->monitor(far);
  left.links->forsake(right.system.node(),
                      make_error(errc::link_lost, "out of reach"));
  open.receive([](int32_t) { FAIL() << "nobody can answer"; },
               [](const caf::error& e) { EXPECT_EQ(e, errc::link_lost); });
  left.self->receive(
      [](const caf::down_msg& x) { EXPECT_EQ(x.reason, errc::link_lost); },
      caf::after(patience) >> [] { FAIL() << "it is not down"; });
  // One that comes later begins anew.
  auto again = fetch();
  ASSERT_TRUE(again);
  ASSERT_EQ(all_numbers().size(), 2u);
  left.links->forsake(right.system.node(),
                      make_error(errc::link_lost, "too late"),
                      all_numbers().front());
  ASSERT_FALSE(left.dial(right.address()));
  left.self->request(again, patience, int32_t{21})
      .receive([](int32_t x) { EXPECT_EQ(x, 42); },
               [](const caf::error& e) { FAIL() << describe(e); });
}

TEST_F(EarlyHandles, AreBounded) {
  auto far = fetch();
  ASSERT_TRUE(far);
  for (size_t i = 0; i < strangers::max_messages; ++i)
    caf::anon_send(far, int32_t{1});
  left.self->request(far, patience, int32_t{1})
      .receive([](int32_t) { FAIL() << "too many wait"; },
               [](const caf::error& e) { EXPECT_EQ(e, errc::link_full); });
  auto some_node = [](uint32_t number) {
    caf::node_id::default_data::host_id_type host;
    host.fill(7);
    return caf::make_node_id(number, host);
  };
  for (uint32_t i = 1; i < strangers::max_nodes; ++i)
    EXPECT_TRUE(left.links->proxy(some_node(i), 1));
  EXPECT_FALSE(left.links->proxy(some_node(1'000), 1));
  EXPECT_FALSE(left.links->find_actor(some_node(1'000), 1, 0));
  EXPECT_EQ(left.links->learn(some_node(1'000), 1, 0), handle_kind::invalid);
  EXPECT_EQ(left.links->proxies().count_proxies(some_node(1'000)), 0u);
  // Those that are there stay.
  EXPECT_TRUE(left.links->find_actor(some_node(1), 1, 0));
  EXPECT_EQ(left.links->learn(some_node(1), 1, 0), handle_kind::usable);
  left.links->forsake(some_node(1), errc::link_lost);
  EXPECT_TRUE(left.links->proxy(some_node(1'000), 1));
}

} // namespace troupe
