// SPDX-License-Identifier: Apache-2.0

// What an `observer_state` answers.

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/sec.hpp"

#include "observe/observer_state.hpp"
#include "observe/snapshot_job.hpp"
#include "process/host_messages.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/scheduler.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

constexpr caf::timespan shortest_deadline = 10ms;
constexpr caf::timespan longest_deadline = 1min;

/// What is asked for without a deadline of its own may take so long.
constexpr caf::timespan patience = 2s;

constexpr uint64_t most_children = 1'000'000;

std::string number_of(const caf::strong_actor_ptr& x) {
  return x ? fmt::format("actor {}", x->id()) : std::string{};
}

observed_quarantine to_page(const std::string& supervisor,
                            const quarantined_message& x) {
  observed_quarantine result{.supervisor = supervisor,
                             .number = x.number,
                             .child = supervisor + "/" + x.child,
                             .sender = number_of(x.sender),
                             .text = plain_text(x.text),
                             .is_request = x.is_request};
  for (auto& y : x.history)
    result.history.push_back(
        {y.generation, plain_text(describe(y.reason)), y.time});
  return result;
}

flight_entry to_entry(const envelope_record& x) {
  using kind = flight_entry::kind;
  return {.age = caf::timespan{x.age},
          .what = x.mid.is_request()    ? kind::request
                  : x.mid.is_response() ? kind::response
                                        : kind::message,
          .sender = x.sender,
          .type = plain_text(x.type),
          .size = x.size};
}

/// Tells incarnations apart.
uint64_t key_of(const observed_child& x) {
  constexpr uint64_t odd = 0x9e37'79b9'7f4a'7c15;
  return std::hash<std::string>{}(x.path) ^ (x.info.generation * odd);
}

flight_record record_of(const caf::actor& x) {
  flight_record result;
  for (auto& y : history_of(x))
    result.messages.push_back(to_entry(y));
  if (auto stats = stats_of(x); stats && stats->busy_for)
    result.busy_for = caf::timespan{*stats->busy_for};
  return result;
}

std::vector<observed_worker> workers_of(caf::actor_system& sys) {
  std::vector<observed_worker> result;
  if (auto ours = dynamic_cast<scheduler*>(&sys.scheduler()))
    for (auto& x : ours->stats())
      result.push_back({.turns = x.turns,
                        .stolen = x.stolen,
                        .parks = x.parks,
                        .busy = caf::timespan{x.busy}});
  return result;
}

/// Gathers the answers of several nodes.
struct group_snapshot {
  caf::response_promise promise;
  system_snapshot result;
  size_t open = 0;

  void one_less() {
    if (--open == 0)
      promise.deliver(std::move(result));
  }
};

} // namespace

// -- other nodes --------------------------------------------------------------

bool observer_state::is_elsewhere(const std::string& node) const {
  return !node.empty() && node != world_.name;
}

caf::expected<caf::actor>
observer_state::observer_of(const std::string& node) const {
  auto i = world_.peers.find(node);
  if (i == world_.peers.end())
    return make_error(
        errc::unknown_node,
        fmt::format("no node named {} is connected", plain_text(node)));
  if (!i->second.observer)
    return make_error(errc::no_observer,
                      fmt::format("node {} has no observer", node));
  return i->second.observer;
}

// -- the snapshot -------------------------------------------------------------

caf::result<system_snapshot> observer_state::snapshot(snapshot_query& query) {
  query.deadline =
      std::clamp(query.deadline, shortest_deadline, longest_deadline);
  query.max_children = std::min(query.max_children, most_children);
  find_processes();
  auto all = std::make_shared<group_snapshot>();
  all->promise = self_->make_response_promise();
  all->open = 1;
  all->result.nodes.resize(1);
  if (query.scope == snapshot_scope::group)
    for (auto& [name, peer] : world_.peers) {
      if (is_tool(peer.event))
        continue;
      auto i = all->result.nodes.size();
      auto& entry = all->result.nodes.emplace_back();
      entry.node = name;
      entry.id = peer.event.id;
      entry.answer = answer_state::none;
      if (!peer.observer) {
        entry.note = "no observer there";
        continue;
      }
      auto theirs = query;
      theirs.scope = snapshot_scope::node;
      theirs.deadline = query.deadline * 4 / 5;
      ++all->open;
      self_->request(peer.observer, query.deadline, snapshot_atom_v, theirs)
          .then(
              [all, i](system_snapshot& x) {
                if (!x.nodes.empty()) {
                  // Who answers does not say who it is.
                  auto& seen = x.nodes.front();
                  seen.node = std::move(all->result.nodes[i].node);
                  seen.id = std::move(all->result.nodes[i].id);
                  all->result.nodes[i] = std::move(seen);
                }
                all->one_less();
              },
              [all, i](const caf::error& why) {
                all->result.nodes[i].note = why_silent(why);
                all->one_less();
              });
    }
  // A reply takes its way, too.
  auto own = query;
  own.deadline = query.deadline * 9 / 10;
  auto done = [this, alive = shared_from_this(), all,
               under = query.under](node_snapshot& x) {
    finish(x, under);
    all->result.nodes.front() = std::move(x);
    all->one_less();
  };
  auto promise = all->promise;
  std::make_shared<snapshot_job>(self_, world_, std::move(own), std::move(done))
      ->start();
  return promise;
}

void observer_state::find_processes() {
  world_.processes = caf::actor_cast<caf::actor>(
      self_->system().registry().get(process_host_name));
}

void observer_state::finish(node_snapshot& x, const std::string& under) {
  auto now = self_->clock().now();
  if (under.empty())
    busy_.begin();
  for (auto& child : x.children) {
    if (auto i = records_.find(child.path); i != records_.end()) {
      child.failures = i->second.failures;
      child.restarts = i->second.restarts;
    }
    if (child.info.actor != 0 && child.info.work.run_time.count() > 0)
      if (auto share =
              busy_.share(key_of(child), child.info.work.run_time, now))
        child.busy_share = *share;
  }
  x.workers = workers_of(self_->system());
  for (size_t i = 0; i < x.workers.size(); ++i)
    if (auto share = busy_.share(~uint64_t{i}, x.workers[i].busy, now))
      x.workers[i].busy_share = *share;
  if (under.empty()) {
    busy_.end();
    totals_.look(x);
  }
  for (auto& [name, peer] : world_.peers)
    if (!is_tool(peer.event))
      x.peers.push_back(peer.event);
  if (setup_.links)
    for (auto& link : setup_.links())
      if (world_.peers.contains(link.peer)
          && !is_tool(world_.peers[link.peer].event))
        x.links.push_back(std::move(link));
  x.actors = self_->system().registry().running();
  x.events = events_.last();
  if (setup_.letters)
    x.dead_letters = setup_.letters->total();
}

caf::result<std::string> observer_state::metrics(const std::string& node) {
  if (is_elsewhere(node))
    return pass_on<std::string>(node, patience, metrics_atom_v, std::string{});
  auto promise = self_->make_response_promise();
  auto done = [this, alive = shared_from_this(),
               promise](node_snapshot& x) mutable {
    finish(x, {});
    auto counts = counts_;
    counts.types = totals_.counts();
    if (setup_.letters)
      for (auto& y : setup_.letters->page({.max = 0}).counts)
        counts.dead_letters[y.reason] = y.count;
    promise.deliver(to_prometheus(x, counts));
  };
  find_processes();
  std::make_shared<snapshot_job>(self_, world_,
                                 snapshot_query{.deadline = patience * 4 / 5,
                                                .max_children = most_children},
                                 std::move(done))
      ->start();
  return promise;
}

// -- other questions ----------------------------------------------------------

caf::result<event_page> observer_state::events(event_query& query) {
  if (!is_elsewhere(query.node))
    return events_.page(query);
  auto node = std::exchange(query.node, {});
  auto to = observer_of(node);
  if (!to)
    return std::move(to.error());
  auto promise = self_->make_response_promise();
  self_->request(*to, patience, events_atom_v, query)
      .then(
          [promise, node](event_page& x) mutable {
            // Who answers does not say who it is.
            for (auto& y : x.events)
              y.node = node;
            promise.deliver(std::move(x));
          },
          [promise](caf::error& why) mutable {
            promise.deliver(std::move(why));
          });
  return promise;
}

caf::result<letter_page> observer_state::letters(event_query& query) {
  if (!is_elsewhere(query.node))
    return setup_.letters ? setup_.letters->page(query) : letter_page{};
  auto node = std::exchange(query.node, {});
  return pass_on<letter_page>(node, patience, letters_atom_v, query);
}

caf::result<trace_page> observer_state::spans(event_query& query) {
  if (!is_elsewhere(query.node)) {
    auto result = setup_.spans ? setup_.spans->page(query) : trace_page{};
    result.node = world_.name;
    return result;
  }
  auto node = std::exchange(query.node, {});
  return pass_on<trace_page>(node, patience, spans_atom_v, query);
}

caf::result<quarantine_page>
observer_state::quarantine(const std::string& node) {
  if (is_elsewhere(node))
    return pass_on<quarantine_page>(node, patience, quarantine_atom_v,
                                    std::string{});
  auto promise = self_->make_response_promise();
  auto page = std::make_shared<quarantine_page>();
  auto end = self_->clock().now() + patience * 9 / 10;
  auto ask = [this, alive = shared_from_this(), page, end,
              promise](tree_walk& walk) mutable {
    auto open = std::make_shared<size_t>(1);
    auto one_less = [open, page, promise]() mutable {
      if (--*open == 0)
        promise.deliver(std::move(*page));
    };
    // Supervisors and pools are asked alike.
    auto ask_one = [&](const caf::actor& who, const std::string& path) {
      if (!who)
        return;
      ++*open;
      auto left = std::max<caf::timespan>(end - self_->clock().now(), 1ms);
      list_quarantine(self_, who, left)
          .then(
              [=](const std::vector<quarantined_message>& xs) mutable {
                for (auto& x : xs)
                  page->messages.push_back(to_page(path, x));
                one_less();
              },
              [=](const caf::error&) mutable {
                page->silent.push_back(path);
                one_less();
              });
    };
    auto visit = [&](auto& again, tree_branch& branch) -> void {
      if (!branch.note.empty())
        page->silent.push_back(branch.path);
      for (auto& kvp : branch.below)
        again(again, *kvp.second);
      ask_one(branch.who, branch.path);
    };
    for (auto root : walk.roots)
      visit(visit, *root);
    for (auto& [name, who] : world_.pools)
      ask_one(who, name);
    one_less();
  };
  std::make_shared<tree_walk>(
      self_, std::string{}, self_->clock().now() + patience / 2, std::move(ask))
      ->start(world_.supervisors);
  return promise;
}

caf::result<flight_record> observer_state::history(const std::string& node,
                                                   const std::string& path) {
  if (is_elsewhere(node))
    return pass_on<flight_record>(node, patience, history_atom_v, std::string{},
                                  path);
  auto promise = self_->make_response_promise();
  auto fail = [promise](caf::error why) mutable {
    promise.deliver(std::move(why));
  };
  auto deliver = [path, promise](flight_record& x) mutable {
    x.path = path;
    promise.deliver(std::move(x));
  };
  auto look = [this, alive = shared_from_this(), deliver,
               fail](const child_info& info, const caf::actor& x) mutable {
    if (!x) {
      fail(make_error(errc::child_not_running,
                      plain_text(info.id) + " is not running"));
    } else if (x.node() == world_.id) {
      auto result = record_of(x);
      deliver(result);
    } else if (auto to = observer_of(world_.name_of(x.node()))) {
      self_->request(*to, patience / 2, history_atom_v, uint64_t{x.id()})
          .then(deliver, fail);
    } else {
      fail(std::move(to.error()));
    }
  };
  auto found = [this, alive = shared_from_this(), look,
                fail](const found_child& x) {
    self_->request(x.supervisor, patience / 2, probe_atom_v, x.id)
        .then(look, fail);
  };
  find_child(self_, world_.supervisors, path,
             self_->clock().now() + patience / 2, std::move(found), fail);
  return promise;
}

flight_record observer_state::history(uint64_t actor) const {
  return record_of(
      caf::actor_cast<caf::actor>(self_->system().registry().get(actor)));
}

cell_reports observer_state::report(const cell_query& query) const {
  cell_reports result;
  for (auto id : query.actors) {
    auto who = caf::actor_cast<caf::actor>(self_->system().registry().get(id));
    auto stats = who ? stats_of(who) : std::nullopt;
    if (!stats)
      continue;
    auto& x = result.cells.emplace_back();
    x.actor = id;
    x.waiting = stats->waiting;
    x.control_waiting = stats->control_waiting;
    x.work = work_in(*stats);
    if (!stats->busy_for)
      continue;
    x.busy_for = caf::timespan{*stats->busy_for};
    if (auto last = history_of(who); !last.empty())
      x.message = plain_text(last.back().type);
  }
  return result;
}

} // namespace troupe
