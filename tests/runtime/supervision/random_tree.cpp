// SPDX-License-Identifier: Apache-2.0

// What the test does to a random tree. What must hold is in
// random_tree_rules.cpp.

#include "runtime/supervision/random_tree.hpp"

#include <chrono>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/testing/test_failure.hpp"

using namespace std::chrono_literals;

namespace troupe::test {

namespace {

std::string child_path(const tree_place& parent, size_t index) {
  auto id = std::to_string(index);
  return parent.path.empty() ? id : parent.path + "/" + id;
}

} // namespace

random_tree::random_tree(uint64_t seed)
    : random_(seed),
      system_({.seed = seed,
               .on_leak =
                   [](const std::string& text) { throw test_failure{text}; }}),
      client_(system_),
      client_address_(client_.self()->address()) {
  auto spec = grow(top_, 0);
  // The tree is to live long enough to see its branches fail.
  top_.intensity.restarts += 10;
  spec.intensity = top_.intensity;
  spec.watchers = {system_.system().spawn(
      [this](caf::event_based_actor* self) { return run_watcher(self); })};
  supervisor_begins(top_);
  root_ = spawn(system_.system(), supervisor, std::move(spec));
  system_.run();
  for (auto x : places_)
    ask_for_handle(*x);
  harmless_ = false;
}

random_tree::~random_tree() {
  harmless_ = true;
  caf::anon_send_exit(root_, caf::exit_reason::kill);
}

// -- building -----------------------------------------------------------------

supervisor_spec random_tree::grow(tree_place& x, int depth) {
  x.strategy = static_cast<supervision_strategy>(1 + below(3));
  x.intensity = {.restarts = below(5), .period = (1 + below(10)) * 1s};
  x.scope = static_cast<intensity_scope>(1 + below(2));
  if (depth > 0)
    x.shutdown = static_cast<auto_shutdown>(1 + below(3));
  supervisor_spec result{.strategy = x.strategy,
                         .intensity = x.intensity,
                         .scope = x.scope,
                         .shutdown = x.shutdown};
  auto n = 1 + below(5);
  for (size_t i = 0; i < n; ++i) {
    auto& child = *x.children.emplace_back(std::make_unique<tree_place>());
    child.parent = &x;
    child.index = i;
    child.path = child_path(x, i);
    places_.push_back(&child);
    by_path_.emplace(child.path, &child);
    result.children.push_back(grow_child(child, depth + 1));
  }
  return result;
}

child_spec random_tree::grow_child(tree_place& x, int depth) {
  x.restart = static_cast<restart_type>(1 + (happens(600) ? 0 : below(3)));
  child_spec result;
  result.id = std::to_string(x.index);
  result.restart = x.restart;
  if (happens(300))
    result.delay = restart_backoff{.bounds = {100ms, 2s}, .reset_after = 3s};
  if (x.restart != restart_type::permanent
      && x.parent->shutdown != auto_shutdown::never && happens(300))
    result.significant = significance::significant;
  if (depth < 4 && happens(350)) {
    result.kind = child_kind::supervisor;
    result.start = {
        {},
        [this, &x, start = subtree(grow(x, depth))](
            start_desk& desk, start_context context, starter::done done) {
          starts(x);
          supervisor_begins(x);
          start(desk, std::move(context), std::move(done));
        }};
    return result;
  }
  x.in_flight = static_cast<in_flight_policy>(1 + below(3));
  x.stubborn = happens(100);
  result.in_flight = {.policy = x.in_flight, .retries = below(3)};
  result.mailbox = static_cast<mailbox_policy>(1 + below(2));
  if (x.stubborn || happens(200))
    result.shutdown = stop_limit::within(1s);
  result.start = pooled(
      [this, &x](caf::event_based_actor* self) { return run_worker(self, x); });
  return result;
}

// -- what the test does -------------------------------------------------------

void random_tree::run(size_t n) {
  for (size_t i = 0; i < n && !ended(); ++i)
    step();
}

void random_tree::step() {
  ++totals_.steps;
  if (happens(150) && !harmless_)
    disturb();
  else if (!system_.step() && !system_.step_time() && !harmless_)
    disturb();
  collect();
  if (broken_)
    throw test_failure{*broken_};
}

void random_tree::disturb() {
  auto& x = random_place();
  auto chance = below(100);
  if (chance < 10)
    ask_for_handle(x);
  else if (chance < 13)
    manage(x);
  else if (!x.handle)
    ask_for_handle(x);
  else if (x.is_supervisor() && chance < 20)
    client_.self()->send_exit(x.handle, make_error(errc::bad_input, "random"));
  else if (!x.is_supervisor() && chance < 20)
    client_.self()->send_exit(x.handle, caf::exit_reason::kill);
  else if (!x.is_supervisor())
    send_to(x);
}

/// A plain message, or a request that must have one answer.
void random_tree::send_to(tree_place& x) {
  auto number = ++x.last_sent;
  if (x.in_flight == in_flight_policy::drop || happens(300)) {
    client_.send(x.handle, number);
    return;
  }
  auto id = client_.self()->new_request_id(caf::message_priority::normal);
  unanswered_.insert(id.request_id().integer_value());
  x.handle->enqueue(
      caf::make_mailbox_element(
          caf::actor_cast<caf::strong_actor_ptr>(client_.handle()), id, {},
          number),
      nullptr);
}

void random_tree::ask_for_handle(tree_place& x) {
  if (auto& supervisor = address_above(x))
    lookups_.emplace_back(x, system_, supervisor, child_atom_v,
                          std::to_string(x.index));
}

void random_tree::manage(tree_place& x) {
  auto& supervisor = address_above(x);
  if (!supervisor)
    return;
  auto id = std::to_string(x.index);
  ++x.open_requests;
  x.managed = true;
  x.may_be_empty = true;
  if (happens(500))
    restarts_.emplace_back(x, system_, supervisor, restart_atom_v, id);
  else
    stops_.emplace_back(x, system_, supervisor, stop_atom_v, id);
}

const caf::actor& random_tree::address_above(const tree_place& x) const {
  return x.parent == &top_ ? root_ : x.parent->handle;
}

/// Takes what has arrived.
void random_tree::collect() {
  auto take = [](auto& errands, auto f) {
    for (auto i = errands.begin(); i != errands.end();) {
      if (i->reply.answered()) {
        f(*i->place, i->reply.result());
        i = errands.erase(i);
      } else {
        ++i;
      }
    }
  };
  take(lookups_, [](tree_place& x, caf::expected<caf::actor> reply) {
    if (reply)
      x.handle = *reply;
  });
  take(restarts_, [](tree_place& x, auto&&) { --x.open_requests; });
  take(stops_, [](tree_place& x, auto&&) { --x.open_requests; });
  while (client_.has_message()) {
    auto x = client_.self()->next_message();
    if (!x->mid.is_response())
      continue;
    ++totals_.answers;
    if (unanswered_.erase(x->mid.request_id().integer_value()) == 0)
      fail(top_, "a request was answered twice");
  }
}

void random_tree::finish() {
  harmless_ = true;
  while (!system_.pending().empty() || system_.next_timeout())
    step();
  step();
  auto owed = [this](auto& errands, const std::string& what) {
    for (auto& x : errands)
      fail(*x.place, "has no answer to " + what);
  };
  owed(lookups_, "a look-up");
  owed(restarts_, "a restart");
  owed(stops_, "a stop");
  if (!ended())
    check_settled(top_, root_);
  caf::anon_send_exit(root_, caf::exit_reason::user_shutdown);
  while (!system_.pending().empty() || system_.next_timeout())
    step();
  step();
  for (auto x : places_)
    if (x->alive > 0)
      fail(*x, "outlives its supervisor");
  if (!unanswered_.empty())
    fail(top_, std::to_string(unanswered_.size()) + " requests unanswered");
  if (broken_)
    throw test_failure{*broken_};
}

tree_place& random_tree::random_place() {
  return *places_[below(places_.size())];
}

bool random_tree::ended() {
  return root_->getf(caf::abstract_actor::is_terminated_flag);
}

} // namespace troupe::test
