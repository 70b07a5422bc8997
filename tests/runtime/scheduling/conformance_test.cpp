// SPDX-License-Identifier: Apache-2.0

// One list of behaviours, run on stock actors and on cells: what an observer
// sees must be the same.

#include "troupe/scheduling/spawn.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/all.hpp"
#include "caf/default_attachable.hpp"
#include "troupe/scheduling/scheduler.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(caf::typed_response_promise<int>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(caf::response_promise)

using namespace caf;
using namespace std::chrono_literals;

namespace {

struct stock {
  template <spawn_options Os = no_spawn_options, class Host, class... Ts>
  static actor spawn(Host& host, Ts&&... xs) {
    if constexpr (std::is_pointer_v<Host>)
      return host->template spawn<Os>(std::forward<Ts>(xs)...);
    else
      return host.template spawn<Os>(std::forward<Ts>(xs)...);
  }
};

struct cells {
  template <spawn_options Os = no_spawn_options, class Host, class... Ts>
  static actor spawn(Host& host, Ts&&... xs) {
    return troupe::spawn<Os>(host, std::forward<Ts>(xs)...);
  }
};

/// What a scenario works with: a system and an observer with a log.
struct world {
  explicit world(bool own_scheduler) {
    if (own_scheduler)
      cfg.load<troupe::scheduler>();
    sys = std::make_unique<actor_system>(cfg);
    self = std::make_unique<scoped_actor>(*sys);
  }

  ~world() {
    self.reset();
    sys.reset();
  }

  scoped_actor& me() {
    return *self;
  }

  void log(const std::string& x) {
    text += x + "\n";
  }

  std::string describe(const error& x) {
    if (!x)
      return "none";
    if (x.category() == atom("exit"))
      return to_string(static_cast<exit_reason>(x.code()));
    if (x.category() == atom("system"))
      return to_string(static_cast<sec>(x.code()));
    return to_string(x.category()) + std::to_string(x.code());
  }

  /// Logs the answer to a request.
  template <class... Ts>
  void ask(const actor& x, Ts&&... xs) {
    me()->request(x, 10s, std::forward<Ts>(xs)...)
        .receive([&](const message& y) { log("answer " + to_string(y)); },
                 [&](error& e) { log("error " + describe(e)); });
  }

  void log_down_of(const actor& x) {
    me()->monitor(x);
    log_next_down();
  }

  void log_next_down() {
    me()->receive([&](down_msg& x) { log("down " + describe(x.reason)); },
                  after(10s) >> [&] { log("no down"); });
  }

  void log_ints(size_t n) {
    for (size_t i = 0; i < n; ++i)
      me()->receive([&](int x) { log(std::to_string(x)); },
                    after(10s) >> [&] { log("missing"); });
  }

  actor_system_config cfg;
  std::unique_ptr<actor_system> sys;
  std::unique_ptr<scoped_actor> self;
  std::string text;
};

struct scenario {
  const char* name;
  void (*run)(world&);
};

struct counter_state {
  int total = 0;
  std::shared_ptr<int> witness;
};

/// Waits inside a handler until the observer lets it go on.
struct gate {
  std::promise<void> entered;
  std::promise<void> leave;
};

template <class S>
actor spawn_gated(world& w, const std::shared_ptr<gate>& g,
                  std::function<behavior(event_based_actor*)> rest) {
  auto result = S::spawn(*w.sys, [=](event_based_actor* self) -> behavior {
    return {[=](ok_atom) {
      g->entered.set_value();
      g->leave.get_future().wait();
      self->become(rest(self));
    }};
  });
  w.me()->send(result, ok_atom_v);
  g->entered.get_future().wait();
  return result;
}

// -- the list -----------------------------------------------------------------

template <class S>
void messages_of_one_sender_keep_their_order(world& w) {
  auto sink = S::spawn(
      *w.sys,
      [](event_based_actor* self, actor out) {
        return behavior{[=](int x) { self->send(out, x); }};
      },
      actor{w.me()});
  S::spawn(
      *w.sys,
      [](event_based_actor* self, actor dest) {
        for (int i = 0; i < 500; ++i)
          self->send(dest, i);
      },
      sink);
  w.log_ints(500);
}

template <class S>
void answers_of_all_kinds_reach_the_requester(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    return {[](int) { return 1; },
            [](double) -> result<int> { return sec::bad_function_call; },
            [](const std::string&) { /* void */ },
            [](ok_atom) -> result<int, int> {
              return {2, 3};
            },
            [](add_atom) { return make_message("text", 4.0); },
            [](update_atom) -> expected<int> { return sec::end_of_stream; }};
  });
  w.ask(uut, 1);
  w.ask(uut, 1.0);
  w.ask(uut, std::string{"x"});
  w.ask(uut, ok_atom_v);
  w.ask(uut, add_atom_v);
  w.ask(uut, update_atom_v);
}

template <class S>
void result_of_a_plain_message_goes_to_the_sender(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    return {[](double) { return 7; }, [](int) {}};
  });
  w.me()->send(uut, 1);
  w.me()->send(uut, 1.0);
  w.log_ints(1);
}

template <class S>
void unexpected_request_is_answered_with_an_error(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    self->set_default_handler(drop);
    return {[](int x) { return x; }};
  });
  w.ask(uut, "what");
  w.ask(uut, 5);
}

template <class S>
void default_handler_may_reflect(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    self->set_default_handler(reflect);
    return {[](int x) { return x; }};
  });
  w.ask(uut, "mirror", 1.5);
}

template <class S>
void requests_that_wait_at_exit_are_bounced(world& w) {
  auto g = std::make_shared<gate>();
  auto uut = spawn_gated<S>(w, g, [](event_based_actor* self) {
    self->quit(exit_reason::user_shutdown);
    return behavior{};
  });
  auto asker = w.sys->spawn([uut,
                             out = actor{w.me()}](event_based_actor* self) {
    self->request(uut, 10s, 1)
        .then([=](int) { self->send(out, 1); },
              [=](error& e) { self->send(out, static_cast<int>(e.code())); });
    self->send(out, -1);
  });
  w.log_ints(1);
  g->leave.set_value();
  w.log_ints(1);
  w.log_down_of(uut);
}

template <class S>
void request_to_a_dead_actor_is_bounced(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor*) {});
  w.log_down_of(uut);
  w.ask(uut, 1);
}

template <class S>
void receive_timeout_fires_after_silence(world& w) {
  S::spawn(
      *w.sys,
      [](event_based_actor* self, actor out) {
        self->send(self, 1);
        return behavior{[=](int x) { self->send(out, x); },
                        after(20ms) >>
                            [=] {
                              self->send(out, 2);
                              self->quit();
                            }};
      },
      actor{w.me()});
  w.log_ints(2);
}

template <class S>
void request_timeout_reaches_the_handler(world& w) {
  auto mute = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    return {[self](int) { return self->make_response_promise(); }};
  });
  S::spawn(
      *w.sys,
      [mute](event_based_actor* self, actor out) {
        self->request(mute, 10ms, 1)
            .then([=](int) { self->send(out, 1); },
                  [=](error& e) {
                    self->send(out, e == sec::request_timeout ? 2 : 3);
                  });
      },
      actor{w.me()});
  w.log_ints(1);
  w.me()->send_exit(mute, exit_reason::kill);
}

template <class S>
void skipped_messages_are_handled_later_in_order(world& w) {
  auto uut = S::spawn(
      *w.sys,
      [](event_based_actor* self, actor out) {
        self->set_default_handler(skip);
        return behavior{[=](ok_atom) {
          self->become(keep_behavior, [=](int x) {
            self->send(out, x);
            if (x == 3)
              self->unbecome();
          });
        }};
      },
      actor{w.me()});
  for (int i = 1; i <= 3; ++i)
    w.me()->send(uut, i);
  w.me()->send(uut, ok_atom_v);
  w.me()->send(uut, 4);
  w.log_ints(3);
  w.me()->send(uut, ok_atom_v);
  w.log_ints(1);
}

template <class S>
void awaited_response_holds_other_messages_back(world& w) {
  auto slow = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    return {[self](int x) -> result<int> {
              auto rp = self->make_response_promise<int>();
              self->delayed_send(self, 20ms, rp, x);
              return rp;
            },
            [](typed_response_promise<int>& rp, int x) { rp.deliver(x * 10); }};
  });
  auto uut = S::spawn(
      *w.sys,
      [slow](event_based_actor* self, actor out) {
        return behavior{[=](int x) {
                          self->request(slow, 10s, x).await([=](int y) {
                            self->send(out, y);
                          });
                        },
                        [=](double) { self->send(out, 1); }};
      },
      actor{w.me()});
  w.me()->send(uut, 5);
  w.me()->send(uut, 1.0);
  w.log_ints(2);
  // The clock holds a reference until the request's timeout.
  w.me()->send_exit(uut, exit_reason::kill);
}

template <class S>
void responses_are_matched_to_their_requests(world& w) {
  auto server = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    return {[self](int x) -> result<int> {
              auto rp = self->make_response_promise<int>();
              self->delayed_send(self, std::chrono::milliseconds{30 - x * 10},
                                 rp, x);
              return rp;
            },
            [](typed_response_promise<int>& rp, int x) { rp.deliver(x); }};
  });
  S::spawn(
      *w.sys,
      [server](event_based_actor* self, actor out) {
        for (int i = 0; i < 3; ++i)
          self->request(server, 10s, i).then([=](int x) {
            self->send(out, i * 100 + x);
          });
      },
      actor{w.me()});
  w.log_ints(3);
}

template <class S>
void delegated_request_is_answered_by_the_delegate(world& w) {
  auto last = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    return {[](int x) { return x + 1; }};
  });
  auto first = S::spawn(*w.sys, [last](event_based_actor* self) -> behavior {
    return {[=](int x) { return self->delegate(last, x * 10); }};
  });
  w.ask(first, 4);
}

template <class S>
void composed_actors_pass_on_the_result(world& w) {
  auto f = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    return {[](int x) { return x * 2; }};
  });
  auto g = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    return {[](int x) { return x + 1; }};
  });
  w.ask(f * g, 5);
}

template <class S>
void exception_is_an_error_for_requester_and_observer(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    self->set_exception_handler(
        [](std::exception_ptr&) -> error { return sec::runtime_error; });
    return {[](int) -> int { throw std::runtime_error("boom"); }};
  });
  w.me()->monitor(uut);
  w.ask(uut, 1);
  w.log_next_down();
}

template <class S>
void exception_without_handler_is_a_runtime_error(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    return {[](int) -> int { throw std::runtime_error("boom"); }};
  });
  w.me()->monitor(uut);
  w.ask(uut, 1);
  w.log_next_down();
}

template <class S>
void exception_at_start_ends_the_actor(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    throw std::logic_error("early");
  });
  w.log_down_of(uut);
}

template <class S>
void exception_in_a_response_handler_ends_the_actor(world& w) {
  auto server = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    return {[](int x) { return x; }};
  });
  auto uut = S::spawn(*w.sys, [server](event_based_actor* self) {
    self->request(server, 10s, 1).then([](int) {
      throw std::runtime_error("late");
    });
  });
  w.log_down_of(uut);
}

template <class S>
void link_takes_the_linked_actor_along(world& w) {
  auto uut = S::spawn(
      *w.sys, [](event_based_actor*) -> behavior { return {[](int) {}}; });
  S::spawn(*w.sys, [uut](event_based_actor* self) {
    self->link_to(uut);
    self->quit(exit_reason::out_of_workers);
  });
  w.log_down_of(uut);
}

template <class S>
void normal_exit_of_a_linked_actor_hurts_nobody(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    return {[](int x) { return x; }};
  });
  auto other =
      S::spawn(*w.sys, [uut](event_based_actor* self) { self->link_to(uut); });
  w.log_down_of(other);
  w.ask(uut, 1);
}

template <class S>
void trapped_exit_is_a_message(world& w) {
  auto uut = S::spawn(
      *w.sys,
      [](event_based_actor* self, actor out) {
        self->set_exit_handler([=](exit_msg& msg) {
          self->send(out, static_cast<int>(msg.reason.code()));
        });
        return behavior{[](int) {}};
      },
      actor{w.me()});
  w.me()->send_exit(uut, exit_reason::user_shutdown);
  w.log_ints(1);
  w.me()->send_exit(uut, exit_reason::kill);
  w.log_down_of(uut);
}

template <class S>
void result_sent_before_the_end_comes_before_the_notice(world& w) {
  for (int i = 0; i < 50; ++i) {
    auto g = std::make_shared<gate>();
    auto out = actor{w.me()};
    auto watcher = spawn_gated<S>(w, g, [out](event_based_actor* self) {
      self->set_down_handler([=](down_msg&) { self->send(out, 2); });
      return behavior{[=](int) { self->send(out, 1); }};
    });
    auto worker = S::template spawn<lazy_init>(
        *w.sys, [watcher](event_based_actor* self) -> behavior {
          return {[=](ok_atom) {
            self->send(watcher, 1);
            self->quit();
          }};
        });
    // The watcher is busy, so both wait in its mailbox.
    worker->attach(default_attachable::make_monitor(worker->address(),
                                                    watcher->address()));
    w.me()->send(worker, ok_atom_v);
    w.log_down_of(worker);
    g->leave.set_value();
    w.log_ints(2);
    w.me()->send_exit(watcher, exit_reason::kill);
  }
}

template <class S>
void monitors_and_links_at_spawn_work(world& w) {
  auto uut = S::spawn(
      *w.sys,
      [](event_based_actor* self, actor out) {
        self->set_down_handler([=](down_msg& msg) {
          self->send(out, static_cast<int>(msg.reason.code()));
          self->quit();
        });
        S::template spawn<monitored>(self, [](event_based_actor* child) {
          child->quit(exit_reason::out_of_workers);
        });
        return behavior{[](int) {}};
      },
      actor{w.me()});
  w.log_ints(1);
  auto other = S::spawn(*w.sys, [](event_based_actor* self) {
    S::template spawn<linked>(self, [](event_based_actor* child) {
      child->quit(exit_reason::remote_link_unreachable);
    });
    return behavior{[](int) {}};
  });
  w.log_down_of(other);
}

template <class S>
void urgent_messages_come_first(world& w) {
  auto g = std::make_shared<gate>();
  auto out = actor{w.me()};
  auto uut = spawn_gated<S>(w, g, [out](event_based_actor* self) {
    return behavior{[=](int x) { self->send(out, x); }};
  });
  w.me()->send(uut, 2);
  w.me()->send(uut, 3);
  w.me()->template send<message_priority::high>(uut, 1);
  g->leave.set_value();
  w.log_ints(3);
}

template <class S>
void behaviors_can_be_stacked(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    return {[=](int x) {
      self->become(keep_behavior, [=](int y) {
        self->unbecome();
        return x * 10 + y;
      });
      return x;
    }};
  });
  for (int i = 1; i <= 4; ++i)
    w.ask(uut, i);
}

template <class S>
void become_replaces_the_behavior(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    return {[=](int x) {
      self->become([](int y) { return -y; });
      return x;
    }};
  });
  w.ask(uut, 1);
  w.ask(uut, 2);
}

template <class S>
void groups_reach_their_members(world& w) {
  auto grp = w.sys->groups().get_local("conformance");
  auto uut = S::spawn(
      *w.sys,
      [grp](event_based_actor* self, actor out) {
        self->join(grp);
        self->send(out, 0);
        return behavior{[=](int x) {
          self->send(out, x);
          self->leave(grp);
          self->quit();
        }};
      },
      actor{w.me()});
  w.log_ints(1);
  w.me()->send(grp, 8);
  w.log_ints(1);
}

template <class S>
void state_lives_until_exit(world& w) {
  auto witness = std::make_shared<int>(0);
  auto uut = S::spawn(
      *w.sys,
      [](stateful_actor<counter_state>* self, std::shared_ptr<int> ptr,
         int start) -> behavior {
        self->state.total = start;
        self->state.witness = std::move(ptr);
        return {[=](int x) { return self->state.total += x; }};
      },
      witness, 100);
  w.ask(uut, 1);
  w.ask(uut, 2);
  w.me()->send_exit(uut, exit_reason::user_shutdown);
  w.log_down_of(uut);
  w.log(std::to_string(witness.use_count()));
}

template <class S>
void function_without_behavior_ends_normally(world& w) {
  auto uut = S::spawn(
      *w.sys, [](event_based_actor* self, actor out) { self->send(out, 1); },
      actor{w.me()});
  w.log_ints(1);
  w.log_down_of(uut);
}

template <class S>
void function_without_self_pointer_runs(world& w) {
  w.ask(S::spawn(*w.sys,
                 []() -> behavior { return {[](int x) { return x + 1; }}; }),
        1);
}

template <class S>
void lazy_actor_starts_with_its_first_message(world& w) {
  auto out = actor{w.me()};
  auto uut = S::template spawn<lazy_init>(
      *w.sys, [out](event_based_actor* self) -> behavior {
        self->send(out, 2);
        return {[=](int x) { self->send(out, x); }};
      });
  w.me()->send(w.me(), 1);
  w.log_ints(1);
  w.me()->send(uut, 3);
  w.log_ints(2);
}

template <class S>
void detached_actor_behaves_the_same(world& w) {
  auto uut = S::template spawn<detached>(
      *w.sys, [](event_based_actor* self) -> behavior {
        return {[=](int x) {
                  if (x == 3)
                    self->quit(exit_reason::user_shutdown);
                  return x;
                },
                after(10s) >> [] {}};
      });
  w.me()->monitor(uut);
  for (int i = 1; i <= 3; ++i)
    w.ask(uut, i);
  w.log_next_down();
}

template <class S>
void delayed_messages_arrive_in_order_of_time(world& w) {
  S::spawn(
      *w.sys,
      [](event_based_actor* self, actor out) {
        self->delayed_send(self, 30ms, 3);
        self->delayed_send(self, 10ms, 1);
        self->delayed_send(self, 20ms, 2);
        return behavior{[=](int x) {
          self->send(out, x);
          if (x == 3)
            self->quit();
        }};
      },
      actor{w.me()});
  w.log_ints(3);
}

template <class S>
void info_request_is_answered_by_the_runtime(world& w) {
  auto uut = S::spawn(
      *w.sys, [](event_based_actor*) -> behavior { return {[](int) {}}; });
  w.me()
      ->request(uut, 10s, sys_atom_v, get_atom_v, std::string{"info"})
      .receive(
          [&](ok_atom, const std::string& what, const strong_actor_ptr& y,
              const std::string& name) {
            w.log(what + name + (y == uut ? " same" : " other"));
          },
          [&](error& e) { w.log(w.describe(e)); });
}

template <class S>
void error_message_ends_an_actor_without_handler(world& w) {
  auto uut = S::spawn(
      *w.sys, [](event_based_actor*) -> behavior { return {[](int) {}}; });
  w.me()->send(uut, make_error(sec::bad_function_call));
  w.log_down_of(uut);
}

template <class S>
void message_of_any_type_may_be_matched(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor*) -> behavior {
    return {
        [](std::vector<int>& xs) {
          xs.push_back(4);
          return std::accumulate(xs.begin(), xs.end(), 0);
        },
        [](const std::string& x, double y) { return x + deep_to_string(y); }};
  });
  auto shared = make_message(std::vector<int>{1, 2, 3});
  w.ask(uut, shared);
  w.ask(uut, shared);
  w.ask(uut, "a", 1.5);
  w.log(to_string(shared));
}

template <class S>
void promise_may_be_answered_after_the_sender_quit(world& w) {
  auto uut = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    return {[self](int x) {
              auto rp = self->make_response_promise();
              self->delayed_send(self, 5ms, rp, x);
              return rp;
            },
            [](response_promise& rp, int x) {
              if (x == 0)
                rp.deliver(make_error(sec::invalid_argument));
              else
                rp.deliver(x, x);
            }};
  });
  w.ask(uut, 1);
  w.ask(uut, 0);
}

template <class S>
void streams_flow_through_all_stages(world& w) {
  auto sink = S::spawn(
      *w.sys,
      [](event_based_actor* self, actor out) {
        return behavior{[=](stream<int> in) {
          return attach_stream_sink(
              self, in, [](unit_t&) {},
              [=](unit_t&, int x) { self->send(out, x); },
              [=](unit_t&, const error&) { self->send(out, -1); });
        }};
      },
      actor{w.me()});
  auto stage = S::spawn(*w.sys, [](event_based_actor* self) -> behavior {
    return {[=](stream<int> in) {
      return attach_stream_stage(
          self, in, [](unit_t&) {},
          [](unit_t&, downstream<int>& out, int x) { out.push(x * 2); },
          [](unit_t&, const error&) {});
    }};
  });
  auto source = S::spawn(
      *w.sys,
      [](event_based_actor* self, actor next) {
        attach_stream_source(
            self, next, [](int& n) { n = 0; },
            [](int& n, downstream<int>& out, size_t num) {
              for (size_t i = 0; i < num && n < 200; ++i)
                out.push(n++);
            },
            [](const int& n) { return n == 200; });
      },
      sink * stage);
  w.log_ints(201);
  w.log_down_of(source);
  w.me()->send_exit(stage, exit_reason::user_shutdown);
  w.me()->send_exit(sink, exit_reason::user_shutdown);
}

#define SCENARIO(x)                                                            \
  scenario {                                                                   \
#    x, &x < S>                                                                \
  }

template <class S>
std::vector<scenario> scenarios() {
  return {
      SCENARIO(messages_of_one_sender_keep_their_order),
      SCENARIO(answers_of_all_kinds_reach_the_requester),
      SCENARIO(result_of_a_plain_message_goes_to_the_sender),
      SCENARIO(unexpected_request_is_answered_with_an_error),
      SCENARIO(default_handler_may_reflect),
      SCENARIO(requests_that_wait_at_exit_are_bounced),
      SCENARIO(request_to_a_dead_actor_is_bounced),
      SCENARIO(receive_timeout_fires_after_silence),
      SCENARIO(request_timeout_reaches_the_handler),
      SCENARIO(skipped_messages_are_handled_later_in_order),
      SCENARIO(awaited_response_holds_other_messages_back),
      SCENARIO(responses_are_matched_to_their_requests),
      SCENARIO(delegated_request_is_answered_by_the_delegate),
      SCENARIO(composed_actors_pass_on_the_result),
      SCENARIO(exception_is_an_error_for_requester_and_observer),
      SCENARIO(exception_without_handler_is_a_runtime_error),
      SCENARIO(exception_at_start_ends_the_actor),
      SCENARIO(exception_in_a_response_handler_ends_the_actor),
      SCENARIO(link_takes_the_linked_actor_along),
      SCENARIO(normal_exit_of_a_linked_actor_hurts_nobody),
      SCENARIO(trapped_exit_is_a_message),
      SCENARIO(result_sent_before_the_end_comes_before_the_notice),
      SCENARIO(monitors_and_links_at_spawn_work),
      SCENARIO(urgent_messages_come_first),
      SCENARIO(behaviors_can_be_stacked),
      SCENARIO(become_replaces_the_behavior),
      SCENARIO(groups_reach_their_members),
      SCENARIO(state_lives_until_exit),
      SCENARIO(function_without_behavior_ends_normally),
      SCENARIO(function_without_self_pointer_runs),
      SCENARIO(lazy_actor_starts_with_its_first_message),
      SCENARIO(detached_actor_behaves_the_same),
      SCENARIO(delayed_messages_arrive_in_order_of_time),
      SCENARIO(info_request_is_answered_by_the_runtime),
      SCENARIO(error_message_ends_an_actor_without_handler),
      SCENARIO(message_of_any_type_may_be_matched),
      SCENARIO(promise_may_be_answered_after_the_sender_quit),
      SCENARIO(streams_flow_through_all_stages),
  };
}

class Conformance : public testing::TestWithParam<size_t> {};

std::string observe(const scenario& x, bool own_scheduler) {
  world w{own_scheduler};
  x.run(w);
  return w.text;
}

TEST_P(Conformance, CellsLookLikeStockActors) {
  auto expected = observe(scenarios<stock>()[GetParam()], false);
  EXPECT_NE(expected, "");
  EXPECT_EQ(expected.find("missing"), std::string::npos) << expected;
  EXPECT_EQ(observe(scenarios<stock>()[GetParam()], true), expected)
      << "stock actors on troupe's scheduler";
  EXPECT_EQ(observe(scenarios<cells>()[GetParam()], false), expected)
      << "cells on CAF's scheduler";
  EXPECT_EQ(observe(scenarios<cells>()[GetParam()], true), expected)
      << "cells on troupe's scheduler";
}

INSTANTIATE_TEST_SUITE_P(List, Conformance,
                         testing::Range(size_t{0}, scenarios<stock>().size()),
                         [](const testing::TestParamInfo<size_t>& x) {
                           return scenarios<stock>()[x.param].name;
                         });

} // namespace
