// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/all.hpp"
#include "caf/default_attachable.hpp"

using namespace caf;
using namespace std::chrono_literals;
using troupe::test::seen_everywhere;
using troupe::test::world;

namespace {

behavior idle(event_based_actor*) {
  return {[](int x) { return x; }};
}

} // namespace

TEST(ConformanceLinks, ReachEveryMonitor) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(idle);
    auto watcher = [uut](event_based_actor* self, actor out) {
      self->set_down_handler([=](down_msg& x) {
        self->send(out, x.source == uut.address() ? 1 : 2);
        self->quit();
      });
      self->monitor(uut);
      self->send(out, 0);
      return behavior{[](int) {}};
    };
    // Held, because nobody can reach an actor without handle.
    auto first = w.spawn(watcher, w.out());
    auto second = w.spawn(watcher, w.out());
    w.log_numbers(2);
    w.me()->send_exit(uut, exit_reason::kill);
    w.log_numbers(2);
  });
  EXPECT_EQ(seen, "0 | 0 | 1 | 1");
}

TEST(ConformanceLinks, DoNotReachWhoMonitorsNoLonger) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(idle);
    auto watcher = w.spawn(
        [uut](event_based_actor* self, actor out) {
          self->set_down_handler([=](down_msg&) { self->send(out, 1); });
          self->monitor(uut);
          return behavior{[=](ok_atom) {
                            self->demonitor(uut);
                            return 0;
                          },
                          [=](int x) { self->send(out, x); }};
        },
        w.out());
    w.ask(watcher, ok_atom_v);
    w.me()->monitor(uut);
    w.me()->send_exit(uut, exit_reason::kill);
    w.log_next_down();
    w.me()->send(watcher, 2);
    w.log_numbers(1);
    w.end(watcher);
  });
  EXPECT_EQ(seen, "answer (0) | down kill | 2");
}

TEST(ConformanceLinks, FollowWhatWasSentBefore) {
  auto seen = seen_everywhere([](world& w) {
    for (int i = 0; i < 50; ++i) {
      auto watcher = w.spawn_gated([out = w.out()](event_based_actor* self) {
        self->set_down_handler([=](down_msg&) { self->send(out, 2); });
        return behavior{[=](int) { self->send(out, 1); }};
      });
      auto worker =
          w.spawn<lazy_init>([watcher](event_based_actor* self) -> behavior {
            return {[=](ok_atom) {
              self->send(watcher, 1);
              self->quit();
            }};
          });
      // The watcher is busy, so both wait in its mailbox.
      worker->attach(default_attachable::make_monitor(worker->address(),
                                                      watcher->address()));
      w.me()->send(worker, ok_atom_v);
      w.me()->monitor(worker);
      w.me()->receive([](down_msg&) {});
      w.open_gate();
      auto first = 0;
      w.me()->receive([&](int x) { first = x; });
      w.me()->receive([&](int x) {
        if (first != 1 || x != 2)
          w.log("out of order");
      });
      w.end(watcher);
    }
    w.log("done");
  });
  EXPECT_EQ(seen, "done");
}

TEST(ConformanceLinks, TakeLinkedActorsAlong) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(idle);
    w.spawn([uut](event_based_actor* self) {
      self->link_to(uut);
      self->quit(exit_reason::out_of_workers);
    });
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "down out_of_workers");
}

TEST(ConformanceLinks, TakeAChainOfLinkedActorsAlong) {
  auto seen = seen_everywhere([](world& w) {
    std::vector<actor> chain{w.spawn(idle)};
    for (int i = 0; i < 20; ++i)
      chain.push_back(
          w.spawn([next = chain.back()](event_based_actor* self) -> behavior {
            self->link_to(next);
            return {[](int x) { return x; }};
          }));
    w.ask(chain.back(), 1);
    w.me()->send_exit(chain.back(), exit_reason::user_shutdown);
    w.log_down_of(chain.front());
  });
  EXPECT_EQ(seen, "answer (1) | down user_shutdown");
}

TEST(ConformanceLinks, ThatAreNormalHurtNoLinkedActor) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(idle);
    auto other =
        w.spawn([uut](event_based_actor* self) { self->link_to(uut); });
    w.log_down_of(other);
    w.ask(uut, 1);
  });
  EXPECT_EQ(seen, "down normal | answer (1)");
}

TEST(ConformanceLinks, DoNotReachUnlinkedActors) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(idle);
    auto other = w.spawn([uut](event_based_actor* self) {
      self->link_to(uut);
      return behavior{[=](ok_atom) {
        self->unlink_from(uut);
        self->quit(exit_reason::out_of_workers);
      }};
    });
    w.me()->send(other, ok_atom_v);
    w.log_down_of(other);
    w.ask(uut, 1);
  });
  EXPECT_EQ(seen, "down out_of_workers | answer (1)");
}

TEST(ConformanceLinks, OfAnActorThatIsGoneReachWhoLinksLater) {
  auto seen = seen_everywhere([](world& w) {
    auto gone = w.spawn([](event_based_actor* self) {
      self->quit(exit_reason::out_of_workers);
    });
    w.log_down_of(gone);
    auto uut = w.spawn([gone](event_based_actor* self) -> behavior {
      return {[=](ok_atom) { self->link_to(gone); }};
    });
    w.me()->send(uut, ok_atom_v);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "down out_of_workers | down out_of_workers");
}

TEST(ConformanceLinks, OfChildrenReachTheParentThatAskedAtSpawn) {
  auto seen = seen_everywhere([](world& w) {
    auto parent = w.spawn(
        [make = w.make()](event_based_actor* self, actor out) {
          self->set_down_handler([=](down_msg& msg) {
            self->send(out, static_cast<int>(msg.reason.code()));
            self->quit();
          });
          make.start<monitored>(self, [](event_based_actor* child) {
            child->quit(exit_reason::out_of_workers);
          });
          return behavior{[](int) {}};
        },
        w.out());
    w.log_numbers(1);
    auto other = w.spawn([make = w.make()](event_based_actor* self) {
      make.start<linked>(self, [](event_based_actor* child) {
        child->quit(exit_reason::remote_link_unreachable);
      });
      return behavior{[](int) {}};
    });
    w.log_down_of(other);
  });
  EXPECT_EQ(seen, std::to_string(static_cast<int>(exit_reason::out_of_workers))
                      + " | down remote_link_unreachable");
}
