// SPDX-License-Identifier: Apache-2.0

// The actors of a random tree, and what must hold for them.

#include <stdexcept>

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/result.hpp"

#include "runtime/supervision/random_tree.hpp"
#include "troupe/base/errc.hpp"

namespace troupe::test {

// -- actors -------------------------------------------------------------------

caf::behavior random_tree::run_worker(caf::event_based_actor* self,
                                      tree_place& x) {
  starts(x);
  if (!harmless_ && happens(30))
    throw std::runtime_error{"random failure of a start"};
  if (!harmless_ && happens(10)) {
    x.may_be_empty = true;
    ignore_start(self);
    return {};
  }
  begins(x);
  self->attach_functor([this, &x](const caf::error&) { ends(x); });
  self->set_exit_handler([this, &x, self](caf::exit_msg& msg) {
    if (msg.source != client_address_)
      asked_to_exit(x);
    if (!x.stubborn)
      self->quit(msg.reason);
  });
  return {[this, &x, self](int64_t number) {
    return handle_message(self, x, number);
  }};
}

caf::result<int64_t> random_tree::handle_message(caf::event_based_actor* self,
                                                 tree_place& x,
                                                 int64_t number) {
  note(static_cast<uint64_t>(number));
  auto again = number == x.last_message;
  if (again)
    ++totals_.retries;
  if (number < x.last_message
      || (again && x.in_flight != in_flight_policy::retry))
    fail(x, "takes up message " + std::to_string(number) + " after "
                + std::to_string(x.last_message));
  x.last_message = number;
  if (harmless_)
    return number;
  if (happens(60))
    throw std::runtime_error{"random failure"};
  if (happens(10))
    self->quit(make_error(errc::bad_input, "random"));
  else if (happens(10))
    self->quit();
  return number;
}

caf::behavior random_tree::run_watcher(caf::event_based_actor*) {
  return {[this](const supervision_event& x) { happened(x); }};
}

// -- what must hold at any time -----------------------------------------------

void random_tree::supervisor_begins(tree_place& x) {
  for (auto& child : x.children) {
    child->starts = 0;
    child->managed = child->open_requests > 0;
    child->may_be_empty = child->managed;
    if (child->alive > 0)
      fail(*child, "outlives its supervisor");
  }
}

/// Children start one after another, in order.
void random_tree::starts(tree_place& x) {
  ++totals_.starts;
  auto first = x.starts++ == 0;
  auto& siblings = x.parent->children;
  for (auto i = x.index + 1; i < siblings.size(); ++i) {
    auto& y = *siblings[i];
    if (first && y.starts > 0)
      fail(x, "starts after " + y.path);
    if (x.parent->strategy != supervision_strategy::one_for_one && !x.managed
        && y.alive > 0)
      fail(x, "is started again while " + y.path + " is up");
  }
}

/// The one before has ended completely.
void random_tree::begins(tree_place& x) {
  note(x.starts << 8 | x.index);
  if (++x.alive > 1)
    fail(x, "is alive twice");
}

void random_tree::ends(tree_place& x) {
  note(x.index);
  if (x.alive-- == 0)
    fail(x, "ended twice");
}

/// Children are stopped in reverse order, each after the next one is down.
void random_tree::asked_to_exit(const tree_place& x) {
  if (x.managed)
    return;
  auto& siblings = x.parent->children;
  for (auto i = x.index + 1; i < siblings.size(); ++i)
    if (siblings[i]->alive > 0)
      fail(x, "is asked to exit before " + siblings[i]->path);
}

void random_tree::happened(const supervision_event& event) {
  using kind = supervision_event::kind;
  note(static_cast<uint64_t>(event.what));
  auto x = find(event.child);
  if (x == nullptr)
    return;
  switch (event.what) {
    case kind::start_failed:
    case kind::stopped:
      forget_restarts(*x);
      break;
    case kind::ended:
      forget_restarts(*x);
      if (event.reason)
        ++totals_.failures;
      break;
    case kind::exhausted:
      ++totals_.escalations;
      break;
    case kind::restarting:
      ++totals_.restarts;
      check_budget(*x);
      break;
    case kind::disowned:
      fail(*x, "was disowned");
      break;
    default:
      break;
  }
}

/// In no window are more restarts than permitted.
void random_tree::check_budget(tree_place& x) {
  auto& limit = x.parent->intensity;
  auto now = system_.now();
  auto& booked = x.parent->scope == intensity_scope::per_supervisor
                     ? x.parent->restarts_below
                     : x.own_restarts;
  booked.push_back(now);
  while (now - booked.front() > limit.period)
    booked.pop_front();
  if (booked.size() > limit.restarts)
    fail(x, "is restarted beyond the budget");
}

/// The next incarnation of a supervisor has a budget of its own.
void random_tree::forget_restarts(tree_place& x) {
  x.restarts_below.clear();
  for (auto& child : x.children) {
    child->own_restarts.clear();
    forget_restarts(*child);
  }
}

// -- what must hold when nothing happens --------------------------------------

void random_tree::check_settled(tree_place& x, const caf::actor& supervisor) {
  auto children =
      system_.ask<std::vector<child_info>>(supervisor, children_atom_v);
  if (!children)
    return fail(x, "does not say what its children do");
  for (auto& info : *children) {
    auto& child = *x.children.at(std::stoul(info.id));
    auto up = info.state == child_state::up;
    if (!up && info.state != child_state::empty)
      fail(child, "is still " + to_string(info.state));
    if (!up && child.restart == restart_type::permanent && !child.may_be_empty)
      fail(child, "is lost");
    if (!child.is_supervisor() && child.alive != (up ? 1 : 0))
      fail(child, "is not what its supervisor thinks");
    if (child.is_supervisor() && up) {
      auto handle = system_.ask<caf::actor>(supervisor, child_atom_v, info.id);
      if (!handle)
        return fail(child, "has no address");
      check_settled(child, *handle);
    }
  }
}

// -- helpers ------------------------------------------------------------------

tree_place* random_tree::find(std::string_view path) {
  auto i = by_path_.find(path);
  return i != by_path_.end() ? i->second : nullptr;
}

size_t random_tree::below(size_t n) {
  return std::uniform_int_distribution<size_t>{0, n - 1}(random_);
}

bool random_tree::happens(size_t per_mille) {
  return below(1000) < per_mille;
}

void random_tree::note(uint64_t x) {
  fingerprint_ = (fingerprint_ ^ x) * 0x100000001b3;
}

void random_tree::fail(const tree_place& x, const std::string& what) {
  if (!broken_)
    broken_ = (x.path.empty() ? "the tree" : x.path) + " " + what;
}

} // namespace troupe::test
