// SPDX-License-Identifier: Apache-2.0

#include "troupe/remote/node.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/location/directory.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/scheduling/dead_letter.hpp"

#include "support/eventually.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;

caf::behavior doubler(caf::event_based_actor* self) {
  return {
      [](int32_t x) { return 2 * x; },
      [](const std::string& x) { return x + x; },
      [](const std::vector<double>& x) { return x; },
      [=](caf::atom_value x) {
        if (x == caf::atom("throw"))
          throw std::runtime_error("as asked");
        self->quit(caf::exit_reason::user_shutdown);
      },
      [](const caf::actor& x) { return x; },
  };
}

caf::behavior sleeper(caf::event_based_actor* self) {
  return {[=](int32_t) { return self->make_response_promise(); }};
}

caf::behavior failing(caf::event_based_actor*, std::string why) {
  throw std::runtime_error{why};
}

struct test_config : config {
  test_config() {
    add_message_type<std::vector<double>>("vector<double>");
    add_actor_type("doubler", doubler);
    add_actor_type("failing", failing);
    add_actor_type("sleeper", sleeper);
    threads(2);
  }
};

/// One process's worth of troupe.
struct host {
  explicit host(std::string name, std::vector<std::string> join = {})
      : system(config), self(system) {
    node_options options;
    options.name = std::move(name);
    options.listen = "127.0.0.1:0";
    options.join = std::move(join);
    options.workers = 3;
    auto x = node::open(system, std::move(options));
    if (x)
      node.emplace(std::move(*x));
    else
      failure = x.error();
  }

  std::string address() const {
    return "127.0.0.1:" + std::to_string(node->port());
  }

  test_config config;
  caf::actor_system system;
  caf::scoped_actor self;
  std::optional<troupe::node> node;
  caf::error failure;
};

caf::expected<caf::actor> start_on(host& where, const starter& f) {
  caf::expected<caf::actor> result{caf::sec::runtime_error};
  where.self->spawn(
      [&, client = caf::actor{where.self}](caf::event_based_actor* parent) {
        f(parent, {.timeout = patience}, [=](caf::expected<caf::actor> x) {
          if (x)
            parent->send(client, *x);
          else
            parent->send(client, x.error());
        });
      });
  where.self->receive([&](const caf::actor& x) { result = x; },
                      [&](const caf::error& x) { result = x; },
                      caf::after(patience) >> [] { FAIL() << "no answer"; });
  return result;
}

struct NodeTest : testing::Test {
  host a{"a"};
  host b{"b", {a.address()}};
};

} // namespace

TEST_F(NodeTest, StartsARegisteredTypeElsewhereAndTalksToIt) {
  ASSERT_FALSE(b.failure) << describe(b.failure);
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  EXPECT_EQ(worker->node(), a.system.node());
  b.self->request(*worker, patience, int32_t{21})
      .receive([](int32_t x) { EXPECT_EQ(x, 42); },
               [](const caf::error& e) { FAIL() << describe(e); });
}

TEST_F(NodeTest, CarriesTextBuffersAndHandles) {
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  auto fail = [](const caf::error& e) { FAIL() << describe(e); };
  b.self->request(*worker, patience, std::string{"ab"})
      .receive([](const std::string& x) { EXPECT_EQ(x, "abab"); }, fail);
  std::vector<double> numbers(100'000, 0.5);
  b.self->request(*worker, patience, numbers)
      .receive([&](const std::vector<double>& x) { EXPECT_EQ(x, numbers); },
               fail);
  // A local handle that goes there and comes back is the local actor again.
  auto local = b.system.spawn(doubler);
  b.self->request(*worker, patience, local)
      .receive([&](const caf::actor& x) { EXPECT_EQ(x, local); }, fail);
  caf::anon_send_exit(local, caf::exit_reason::user_shutdown);
}

TEST_F(NodeTest, ExceptionOfARemoteActorAnswersTheRequestAndTellsItsMonitors) {
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  b.self->monitor(*worker);
  auto answered = false;
  b.self->request(*worker, patience, caf::atom("throw"))
      .receive([] { FAIL() << "the handler threw"; },
               [&](const caf::error& e) {
                 answered = true;
                 EXPECT_EQ(e.code(),
                           static_cast<uint8_t>(errc::unhandled_exception));
                 EXPECT_EQ(describe(e), "as asked");
               });
  EXPECT_TRUE(answered);
  b.self->receive(
      [&](const caf::down_msg& x) {
        EXPECT_EQ(x.source, worker->address());
        EXPECT_EQ(describe(x.reason), "as asked");
      },
      caf::after(patience) >> [] { FAIL() << "no down message"; });
  b.self->request(*worker, patience, int32_t{1})
      .receive([](int32_t) { FAIL() << "the worker is dead"; },
               [](const caf::error& e) {
                 EXPECT_NE(e, caf::sec::request_timeout) << describe(e);
               });
}

TEST_F(NodeTest, OnlyANodeItselfChangesItsDirectory) {
  auto fail = [](const caf::error& e) { FAIL() << describe(e); };
  auto theirs = a.node->directory();
  a.self->request(theirs, patience, register_atom_v, std::string{"d"}, theirs)
      .receive([] {}, fail);
  caf::actor remote;
  b.self
      ->request(b.node->directory(), patience, lookup_atom_v,
                std::string{"d@a"})
      .receive([&](caf::actor& x) { remote = std::move(x); }, fail);
  auto refused = [&](auto... xs) {
    caf::error result;
    b.self->request(remote, patience, xs...)
        .receive([] {}, [&](caf::error& e) { result = std::move(e); });
    return result == errc::peer_not_trusted;
  };
  EXPECT_TRUE(refused(withdraw_atom_v, std::string{"d"}));
  EXPECT_TRUE(refused(register_atom_v, std::string{"e"}, caf::actor{b.self}));
  EXPECT_TRUE(refused(peer_atom_v, std::string{"f"}, caf::actor{b.self}));
  b.self->send_exit(remote, caf::exit_reason::kill);
  b.self->request(remote, patience, lookup_atom_v, std::string{"d"})
      .receive([&](const caf::actor& x) { EXPECT_EQ(x, remote); }, fail);
}

TEST_F(NodeTest, PublishesOnlyActorsOfItsOwn) {
  auto theirs = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(theirs) << describe(theirs.error());
  EXPECT_EQ(b.node->publish("theirs", *theirs), errc::invalid_option);
  EXPECT_EQ(b.node->publish("nobody", caf::actor{}), errc::invalid_option);
  auto own = b.system.spawn(doubler);
  EXPECT_FALSE(b.node->publish("own", own));
  // Takes a place once, however often it is tried.
  for (int i = 0; i < 20; ++i)
    EXPECT_FALSE(b.node->publish("own", own));
  auto other = b.system.spawn(doubler);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(b.node->publish("own", other), errc::name_taken);
  for (auto& x : {own, other})
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
}

TEST_F(NodeTest, ExitMessageEndsARemoteActor) {
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  b.self->monitor(*worker);
  b.self->send_exit(*worker, caf::exit_reason::user_shutdown);
  b.self->receive(
      [&](const caf::down_msg& x) {
        EXPECT_EQ(x.reason, caf::exit_reason::user_shutdown);
      },
      caf::after(patience) >> [] { FAIL() << "no down message"; });
}

TEST_F(NodeTest, UnknownNodeAndUnknownTypeAreNamed) {
  auto nobody = start_on(b, b.node->on("c", "doubler"));
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code(), static_cast<uint8_t>(errc::unknown_node));
  EXPECT_EQ(describe(nobody.error()), "no node named c is connected");
  auto nothing = start_on(b, b.node->on("a", "tripler"));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code(),
            static_cast<uint8_t>(errc::unknown_actor_type));
}

TEST_F(NodeTest, AnInitFunctionThatThrowsElsewhereIsAFailedStartWithItsText) {
  auto x = start_on(
      b, b.node->on("a", "failing", caf::make_message(std::string{"no disk"})));
  ASSERT_FALSE(x);
  EXPECT_EQ(x.error(), errc::unhandled_exception);
  EXPECT_EQ(describe(x.error()), "no disk");
}

TEST_F(NodeTest, BothSidesKnowEachOtherAndLearnOfALeave) {
  auto expect_event = [](host& x, const char* name, node_state state) {
    x.self->receive(
        [&](const node_event& e) {
          EXPECT_EQ(e.name, name);
          EXPECT_EQ(e.state, state) << e.reason;
          EXPECT_EQ(e.workers, 3u);
        },
        caf::after(patience) >> [&] { FAIL() << "no event about " << name; });
  };
  for (auto x : {&a, &b})
    x->self
        ->request(x->node->membership(), patience, watch_atom_v,
                  caf::actor{x->self})
        .receive([] {}, [](const caf::error& e) { FAIL() << describe(e); });
  expect_event(a, "b", node_state::up);
  expect_event(b, "a", node_state::up);
  b.node.reset();
  expect_event(a, "b", node_state::left);
}

namespace {

/// Keeps what a system reports as lost.
class letter_box {
public:
  explicit letter_box(host& x) : host_(x) {
    listener_ = x.system.spawn([log = letters_]() -> caf::behavior {
      return {[log](const dead_letter& y) {
                log->push_back(describe(y.reason) + " " + y.content);
              },
              [log](caf::get_atom) { return *log; }};
    });
    x.system.registry().put(dead_letter_listener,
                            caf::actor_cast<caf::strong_actor_ptr>(listener_));
  }

  ~letter_box() {
    host_.system.registry().erase(dead_letter_listener);
    caf::anon_send_exit(listener_, caf::exit_reason::user_shutdown);
  }

  std::vector<std::string> all() {
    std::vector<std::string> result;
    host_.self->request(listener_, patience, caf::get_atom_v)
        .receive([&](std::vector<std::string>& x) { result = std::move(x); },
                 [](const caf::error& e) { FAIL() << describe(e); });
    return result;
  }

private:
  host& host_;
  std::shared_ptr<std::vector<std::string>> letters_ =
      std::make_shared<std::vector<std::string>>();
  caf::actor listener_;
};

} // namespace

TEST_F(NodeTest, ALeaveLeavesNoDeadLetters) {
  letter_box here{a};
  letter_box there{b};
  auto running = a.system.registry().running();
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  a.self
      ->request(a.node->membership(), patience, watch_atom_v,
                caf::actor{a.self})
      .receive([] {}, [](const caf::error& e) { FAIL() << describe(e); });
  b.node.reset();
  auto left = false;
  a.self->receive_while([&] { return !left; })(
      [&](const node_event& e) { left = e.state == node_state::left; },
      caf::after(patience) >>
          [&] {
            left = true;
            FAIL() << "no event";
          });
  EXPECT_TRUE(test::eventually(
      patience, [&] { return a.system.registry().running() == running; }));
  EXPECT_EQ(here.all(), std::vector<std::string>{});
  EXPECT_EQ(there.all(), std::vector<std::string>{});
}

TEST_F(NodeTest, WorkersEndWithTheNodeThatStartedThem) {
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  auto running = a.system.registry().running();
  b.node.reset();
  EXPECT_TRUE(test::eventually(
      patience, [&] { return a.system.registry().running() < running; }));
}

TEST_F(NodeTest, RequestsUnderWayFailWhenTheNodeGoes) {
  auto worker = start_on(b, b.node->on("a", "sleeper"));
  ASSERT_TRUE(worker) << describe(worker.error());
  b.self->monitor(*worker);
  auto pending = b.self->request(*worker, caf::infinite, int32_t{1});
  a.node.reset();
  pending.receive([](int32_t) { FAIL() << "nobody answers"; },
                  [](const caf::error& e) {
                    EXPECT_EQ(e.code(), static_cast<uint8_t>(errc::link_lost))
                        << describe(e);
                  });
  b.self->receive(
      [&](const caf::down_msg& x) {
        EXPECT_EQ(x.reason.code(), static_cast<uint8_t>(errc::link_lost));
      },
      caf::after(patience) >> [] { FAIL() << "no down message"; });
}

TEST_F(NodeTest, TooLargeAMessageIsRefusedAndTheLinkLivesOn) {
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  b.self->request(*worker, patience, std::string(70 << 20, 'x'))
      .receive(
          [](const std::string&) { FAIL() << "beyond the limit"; },
          [](const caf::error& e) {
            EXPECT_EQ(e.code(), static_cast<uint8_t>(errc::message_too_large))
                << describe(e);
          });
  b.self->request(*worker, patience, int32_t{21})
      .receive([](int32_t x) { EXPECT_EQ(x, 42); },
               [](const caf::error& e) { FAIL() << describe(e); });
}

TEST_F(NodeTest, AMessageTypeThatMayNotTravelIsRefused) {
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  b.self->request(*worker, patience, caf::config_value{1})
      .receive(
          [] { FAIL() << "nests without limit"; },
          [](const caf::error& e) {
            EXPECT_EQ(e.code(), static_cast<uint8_t>(errc::type_not_allowed))
                << describe(e);
          });
}

TEST_F(NodeTest, TenThousandRequestsAtOnceAreAllAnswered) {
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  constexpr int32_t count = 10'000;
  auto done = std::make_shared<std::atomic<int64_t>>(0);
  auto client = b.system.spawn([=](caf::event_based_actor* self) {
    for (int32_t i = 0; i < count; ++i)
      self->request(*worker, patience, i).then([=](int32_t x) {
        if (x == 2 * i)
          ++*done;
      });
  });
  EXPECT_TRUE(
      test::eventually(patience, [&] { return *done == int64_t{count}; }))
      << *done << " of " << count;
}

TEST_F(NodeTest, FindsActorsOfOtherNodesByName) {
  auto fail = [](const caf::error& e) { FAIL() << describe(e); };
  auto worker = a.system.spawn(doubler);
  a.self
      ->request(a.node->directory(), patience, register_atom_v,
                std::string{"w"}, worker)
      .receive([] {}, fail);
  auto expect_holder = [&](bool present) {
    b.self->receive(
        [&](const directory_event& x) {
          EXPECT_EQ(x.name, "w@a");
          EXPECT_EQ(static_cast<bool>(x.holder), present);
        },
        caf::after(patience) >> [] { FAIL() << "no event"; });
  };
  b.self
      ->request(b.node->directory(), patience, watch_atom_v, std::string{"w@a"},
                caf::actor{b.self})
      .receive([] {}, fail);
  expect_holder(true);
  b.self
      ->request(b.node->directory(), patience, lookup_atom_v,
                std::string{"w@a"})
      .receive(
          [&](const caf::actor& x) {
            b.self->request(x, patience, int32_t{4})
                .receive([](int32_t y) { EXPECT_EQ(y, 8); }, fail);
          },
          fail);
  caf::anon_send_exit(worker, caf::exit_reason::user_shutdown);
  expect_holder(false);
}

TEST(Node, SameNameIsRefused) {
  host a{"a"};
  host b{"a", {a.address()}};
  EXPECT_EQ(b.failure.code(), static_cast<uint8_t>(errc::duplicate_node))
      << describe(b.failure);
}

TEST(Node, PortInUseIsNamed) {
  host a{"a"};
  node_options options;
  options.listen = a.address();
  test_config config;
  caf::actor_system system{config};
  auto b = node::open(system, options);
  ASSERT_FALSE(b);
  EXPECT_EQ(b.error().code(), static_cast<uint8_t>(errc::address_in_use));
  EXPECT_EQ(describe(b.error()),
            "cannot listen on " + a.address() + ": Address already in use");
}

TEST(Node, NobodyAtTheAddressFailsAtOnce) {
  host b{"b", {"127.0.0.1:1"}};
  EXPECT_EQ(b.failure.code(), static_cast<uint8_t>(errc::peer_unreachable));
  EXPECT_EQ(describe(b.failure), "cannot join 127.0.0.1:1: Connection refused");
}

TEST(Node, NodesThatJoinEachOtherAtOnceEndWithOneLink) {
  host a{"a"};
  host b{"b"};
  caf::error from_a;
  std::thread dial{[&] { from_a = a.node->join(b.address()); }};
  auto from_b = b.node->join(a.address());
  dial.join();
  EXPECT_FALSE(from_a) << describe(from_a);
  EXPECT_FALSE(from_b) << describe(from_b);
  auto worker = start_on(b, b.node->on("a", "doubler"));
  ASSERT_TRUE(worker) << describe(worker.error());
  auto back = start_on(a, a.node->on("b", "doubler"));
  ASSERT_TRUE(back) << describe(back.error());
}

} // namespace troupe
