// SPDX-License-Identifier: Apache-2.0

#include "desk.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "troupe/scheduling/spawn.hpp"

#include "computation.hpp"

namespace server_app {

namespace {

using namespace std::chrono_literals;

using clock = std::chrono::steady_clock;
using desk_actor = caf::stateful_actor<desk_state>;
using tick_atom = caf::atom_constant<caf::atom("tick")>;

constexpr auto tick = 50ms;

/// Returns an id that nobody can guess.
std::string new_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(),
                     random());
}

job_reply look_up(const desk_state& st, const std::string& id) {
  auto x = st.jobs->find(id);
  return {x != nullptr ? std::optional{*x} : std::nullopt};
}

/// Answers those that need not wait any more. Progress waits for the tick.
void answer_waiters(desk_actor* self, bool on_tick) {
  auto& st = self->state;
  auto now = clock::now();
  auto is_answered = [&](desk_state::waiter& x) {
    auto what = st.jobs->find(x.id);
    auto changed = what == nullptr || has_ended(*what)
                   || (on_tick && what->version > x.seen);
    if (!changed && now < x.until)
      return false;
    x.promise.deliver(look_up(st, x.id));
    return true;
  };
  std::erase_if(st.waiters, is_answered);
}

void keep_ticking(desk_actor* self) {
  auto& st = self->state;
  if (st.ticking || (st.jobs->size() == 0 && st.waiters.empty()))
    return;
  st.ticking = true;
  self->delayed_send(self, tick, tick_atom::value);
}

/// To be called after every change.
void go_on(desk_actor* self) {
  auto& st = self->state;
  for (auto& id : st.jobs->start()) {
    auto i = st.orders.find(id);
    auto who =
        troupe::spawn(self, runner, std::move(i->second), caf::actor{self});
    self->monitor(who);
    st.runners.emplace(id, std::move(who));
    st.orders.erase(i);
  }
  answer_waiters(self, false);
  if (st.orders.empty() && st.runners.empty()) {
    for (auto& x : st.drained)
      x.deliver(caf::unit);
    st.drained.clear();
  }
  keep_ticking(self);
}

void stop_runner(desk_actor* self, const std::string& id) {
  auto& st = self->state;
  st.orders.erase(id);
  auto i = st.runners.find(id);
  if (i == st.runners.end())
    return;
  self->send_exit(i->second, caf::exit_reason::user_shutdown);
  st.runners.erase(i);
}

submit_reply submit(desk_actor* self, const order& x) {
  auto& st = self->state;
  auto tasks = cut(x);
  job what{.id = new_id(),
           .kind = x.kind,
           .submitted = caf::make_timestamp(),
           .total = tasks.size()};
  auto id = what.id;
  auto now = clock::now();
  if (auto refusal = st.jobs->submit(std::move(what), x.deadline, now))
    return {*refusal};
  st.orders.emplace(id, std::make_shared<run_order>(run_order{
                            id, x, std::move(tasks), st.options.pool,
                            now + x.deadline, troupe::trace_scope::current()}));
  go_on(self);
  return {id};
}

/// A runner that ends by itself has said so before.
void note_end(desk_actor* self, const caf::down_msg& x) {
  auto& st = self->state;
  auto i = std::find_if(st.runners.begin(), st.runners.end(), [&](auto& y) {
    return y.second.address() == x.source;
  });
  if (i == st.runners.end())
    return;
  st.jobs->finish(i->first, to_problem(x.reason), clock::now());
  st.runners.erase(i);
  go_on(self);
}

void cancel(desk_actor* self, const std::string& id) {
  if (self->state.jobs->cancel(id, clock::now())) {
    stop_runner(self, id);
    go_on(self);
  }
}

} // namespace

caf::behavior desk(desk_actor* self, desk_options options) {
  self->state.jobs.emplace(options.limits);
  self->state.options = std::move(options);
  self->set_down_handler([self](const caf::down_msg& x) { note_end(self, x); });
  return {
      [=](const order& x) { return submit(self, x); },
      [=](view_atom, const std::string& id) {
        return look_up(self->state, id);
      },
      [=](await_atom, std::string& id, uint64_t seen, caf::timespan limit) {
        auto promise = self->make_response_promise();
        self->state.waiters.push_back(
            {std::move(id), seen, clock::now() + limit, promise});
        answer_waiters(self, false);
        keep_ticking(self);
        return promise;
      },
      [=](cancel_atom, const std::string& id) {
        cancel(self, id);
        return look_up(self->state, id);
      },
      [=](forget_atom, const std::string& id) { self->state.jobs->forget(id); },
      [=](count_jobs_atom) {
        job_counts result;
        for (auto x : {job_state::waiting, job_state::running, job_state::done,
                       job_state::failed, job_state::cancelled})
          result.by_state.emplace(x, self->state.jobs->count(x));
        return result;
      },
      [=](drained_atom) {
        self->state.jobs->drain();
        auto promise = self->make_response_promise();
        self->state.drained.push_back(promise);
        go_on(self);
        return promise;
      },
      [=](give_up_atom) {
        for (auto& id : self->state.jobs->open())
          cancel(self, id);
      },
      [=](const job_progress& x) { self->state.jobs->progress(x.id, x.done); },
      [=](job_finished& x) {
        self->state.runners.erase(x.id);
        self->state.jobs->finish(x.id, std::move(x.outcome), clock::now());
        go_on(self);
      },
      [=](tick_atom) {
        self->state.ticking = false;
        for (auto& id : self->state.jobs->expire(clock::now()))
          stop_runner(self, id);
        answer_waiters(self, true);
        go_on(self);
      },
  };
}

} // namespace server_app
