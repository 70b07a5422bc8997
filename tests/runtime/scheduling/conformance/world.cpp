// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"
#include "caf/send.hpp"

#include "troupe/scheduling/scheduler.hpp"

namespace troupe::test {

world::world(actor_kind actors, scheduler_kind scheduler) : make_(actors) {
  // One for an actor behind a gate, also on a machine with one core.
  cfg_.set("scheduler.max-threads", size_t{2});
  if (scheduler == scheduler_kind::own)
    cfg_.load<troupe::scheduler>();
  sys_ = std::make_unique<caf::actor_system>(cfg_);
  self_ = std::make_unique<caf::scoped_actor>(*sys_);
}

world::~world() {
  self_.reset();
  sys_.reset();
}

void world::log(const std::string& x) {
  seen_ += seen_.empty() ? x : " | " + x;
}

std::string world::answer_to(const caf::actor& x, caf::message question) {
  // The handlers of `request` take one list of types only.
  auto id = me()->new_request_id(caf::message_priority::normal);
  x->enqueue(caf::actor_cast<caf::strong_actor_ptr>(me()), id,
             std::move(question), nullptr);
  std::vector<caf::mailbox_element_ptr> others;
  std::string result = "no answer";
  for (auto end = caf::blocking_actor::timeout_type::clock::now() + patience;
       me()->await_data(end);) {
    auto next = me()->dequeue();
    if (next->mid != id.response_id()) {
      others.push_back(std::move(next));
      continue;
    }
    auto& content = next->content();
    if (content.match_elements<caf::error>())
      result = "error " + describe(content.get_as<caf::error>(0));
    else
      result = "answer " + to_string(next->move_content_to_message());
    break;
  }
  for (auto& y : others)
    me()->enqueue(std::move(y), nullptr);
  return result;
}

void world::log_numbers(size_t n) {
  for (size_t i = 0; i < n; ++i)
    me()->receive([&](int x) { log(std::to_string(x)); },
                  caf::after(patience) >> [&] { log("missing"); });
}

void world::log_down_of(const caf::actor& x) {
  me()->monitor(x);
  log_next_down();
}

void world::log_next_down() {
  me()->receive([&](caf::down_msg& x) { log("down " + describe(x.reason)); },
                caf::after(patience) >> [&] { log("no down"); });
}

void world::end(const caf::actor& x) {
  me()->monitor(x);
  me()->send_exit(x, caf::exit_reason::kill);
  me()->receive([](caf::down_msg&) {},
                caf::after(patience) >> [&] { log("does not end"); });
}

caf::actor
world::spawn_gated(std::function<caf::behavior(caf::event_based_actor*)> rest) {
  gate_ = std::make_shared<gate>();
  auto result =
      spawn([g = gate_, rest](caf::event_based_actor* self) -> caf::behavior {
        return {[=](caf::ok_atom) {
          g->entered.set_value();
          g->leave.get_future().wait();
          self->become(rest(self));
        }};
      });
  me()->send(result, caf::ok_atom_v);
  gate_->entered.get_future().wait();
  return result;
}

void world::open_gate() {
  gate_->leave.set_value();
}

std::string world::describe(const caf::error& x) {
  if (!x)
    return "normal";
  if (x.category() == caf::atom("exit"))
    return to_string(static_cast<caf::exit_reason>(x.code()));
  if (x.category() == caf::atom("system"))
    return to_string(static_cast<caf::sec>(x.code()));
  return to_string(x.category()) + std::to_string(x.code());
}

std::string seen_everywhere(void (*scenario)(world&)) {
  auto run = [=](actor_kind actors, scheduler_kind scheduler) {
    world w{actors, scheduler};
    scenario(w);
    return w.seen();
  };
  auto result = run(actor_kind::stock, scheduler_kind::own);
  // The thread sanitizer does not see what CAF's scheduler orders.
#ifndef __SANITIZE_THREAD__
  EXPECT_EQ(run(actor_kind::stock, scheduler_kind::stock), result)
      << "stock actors on CAF's scheduler";
  EXPECT_EQ(run(actor_kind::cell, scheduler_kind::stock), result)
      << "cells on CAF's scheduler";
#endif
  EXPECT_EQ(run(actor_kind::cell, scheduler_kind::own), result)
      << "cells on troupe's scheduler";
  return result;
}

} // namespace troupe::test
