// SPDX-License-Identifier: Apache-2.0

#include "observe/snapshot_job.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <unistd.h>

#include "port/process_usage.hpp"
#include "process/host_messages.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/observe/plain_text.hpp"

namespace troupe {

namespace {

/// Note about an actor that has no numbers.
constexpr auto no_cell = "it is no cell there";

observed_process look_at(int64_t pid) {
  observed_process result{.pid = pid};
  if (auto usage = port::usage_of(pid)) {
    result.resident_bytes = usage->resident_bytes;
    result.cpu_time = usage->cpu_time;
  }
  return result;
}

/// Of a supervisor that nobody tells about.
child_info root_info(const std::string& name, const caf::actor& who) {
  child_info result{.id = name,
                    .type = name,
                    .state = who ? child_state::up : child_state::empty,
                    .is_supervisor = true};
  if (who) {
    result.node = who.node();
    result.actor = who.id();
  }
  return result;
}

} // namespace

snapshot_job::snapshot_job(caf::event_based_actor* self,
                           const observer_context& world, snapshot_query query,
                           done_function done)
    : self_(self),
      world_(world),
      query_(std::move(query)),
      done_(std::move(done)),
      began_(self->clock().now()) {
  result_.node = world_.name;
  result_.id = world_.id;
  result_.time = caf::make_timestamp();
}

void snapshot_job::start() {
  // The walk and the questions beside it may take three quarters of the time,
  // what comes after it the rest.
  open_ = 2;
  std::make_shared<tree_walk>(
      self_, query_.under, began_ + query_.deadline * 3 / 4,
      [alive = shared_from_this()](tree_walk& walk) { alive->walked(walk); })
      ->start(world_.supervisors);
  if (query_.under.empty()) {
    ask_pools();
    ask_processes();
  }
  one_less();
}

void snapshot_job::ask_pools() {
  auto end = began_ + query_.deadline * 3 / 4;
  result_.pools.reserve(world_.pools.size());
  for (auto& [name, who] : world_.pools) {
    auto i = result_.pools.size();
    result_.pools.push_back({.name = name});
    if (!who) {
      result_.pools[i].note = has_ended;
      continue;
    }
    ++open_;
    self_->request(who, time_until(end), stats_atom_v)
        .then(
            [alive = shared_from_this(), i](const pool_stats& x) {
              alive->result_.pools[i].stats = x;
              alive->one_less();
            },
            [alive = shared_from_this(), i](const caf::error& why) {
              alive->result_.pools[i].note = why_silent(why);
              alive->result_.answer = answer_state::partial;
              alive->one_less();
            });
  }
}

void snapshot_job::ask_processes() {
  result_.processes.push_back(look_at(getpid()));
  if (!world_.processes)
    return;
  ++open_;
  auto end = began_ + query_.deadline * 3 / 4;
  self_->request(world_.processes, time_until(end), list_workers{})
      .then(
          [alive = shared_from_this()](const worker_list& xs) {
            for (auto& x : xs.workers) {
              auto entry = look_at(x.pid);
              entry.child = x.child;
              entry.generation = x.generation;
              entry.actor = x.stand_in;
              alive->result_.processes.push_back(std::move(entry));
            }
            alive->one_less();
          },
          [alive = shared_from_this()](const caf::error&) {
            alive->result_.answer = answer_state::partial;
            alive->one_less();
          });
}

void snapshot_job::walked(tree_walk& walk) {
  for (auto root : walk.roots)
    flatten(*root, root_info(root->path, root->who));
  ask_peers();
  one_less();
}

void snapshot_job::flatten(tree_branch& branch, child_info info) {
  if (!branch.note.empty() && branch.note != has_ended)
    result_.answer = answer_state::partial;
  add(branch.path, std::move(info), branch.note);
  for (size_t i = 0; i < branch.children.size(); ++i) {
    auto& x = branch.children[i];
    auto path = branch.path + "/" + x.id;
    auto below = branch.below.find(i);
    if (below != branch.below.end())
      flatten(*below->second, std::move(x));
    else
      add(std::move(path), std::move(x), {});
  }
}

void snapshot_job::add(std::string path, child_info info, std::string note) {
  if (!is_below(path, query_.under))
    return;
  if (result_.children.size() >= query_.max_children) {
    ++result_.omitted;
    return;
  }
  info.last_death = plain_text(info.last_death);
  info.message = plain_text(info.message);
  auto& x = result_.children.emplace_back();
  if (info.actor != 0) {
    x.node = world_.name_of(info.node);
    if (info.node != world_.id && info.node)
      elsewhere_[info.node].emplace(info.actor, result_.children.size() - 1);
  }
  x.path = std::move(path);
  x.info = std::move(info);
  x.note = std::move(note);
}

void snapshot_job::ask_peers() {
  auto end = began_ + query_.deadline;
  for (auto& [id, wanted] : elsewhere_) {
    auto peer = world_.peers.find(world_.name_of(id));
    if (peer == world_.peers.end() || !peer->second.observer) {
      for (auto& [actor, i] : wanted)
        if (result_.children[i].note.empty())
          result_.children[i].note = "no observer there";
      continue;
    }
    cell_query query;
    for (auto& [actor, i] : wanted)
      query.actors.push_back(actor);
    ++open_;
    self_
        ->request(peer->second.observer, time_until(end), probe_atom_v,
                  std::move(query))
        .then(
            [alive = shared_from_this(), &wanted = wanted](cell_reports& xs) {
              alive->took(wanted, xs);
              alive->one_less();
            },
            [alive = shared_from_this(),
             &wanted = wanted](const caf::error& why) {
              alive->result_.answer = answer_state::partial;
              for (auto& [actor, i] : wanted)
                if (alive->result_.children[i].note.empty())
                  alive->result_.children[i].note = why_silent(why);
              alive->one_less();
            });
  }
}

void snapshot_job::took(const std::map<uint64_t, size_t>& wanted,
                        cell_reports& xs) {
  for (auto& [actor, i] : wanted)
    if (result_.children[i].note.empty())
      result_.children[i].note = no_cell;
  for (auto& x : xs.cells) {
    auto i = wanted.find(x.actor);
    if (i == wanted.end())
      continue;
    if (result_.children[i->second].note == no_cell)
      result_.children[i->second].note.clear();
    auto& to = result_.children[i->second].info;
    to.waiting_messages += x.waiting;
    to.control_waiting = x.control_waiting;
    to.busy_for = x.busy_for;
    to.message = plain_text(x.message);
    to.work = std::move(x.work);
  }
}

caf::timespan snapshot_job::time_until(time_point x) const {
  constexpr caf::timespan least = std::chrono::milliseconds{1};
  return std::max<caf::timespan>(x - self_->clock().now(), least);
}

void snapshot_job::one_less() {
  if (--open_ > 0)
    return;
  result_.took = self_->clock().now() - began_;
  std::exchange(done_, nullptr)(result_);
}

} // namespace troupe
