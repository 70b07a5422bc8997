// SPDX-License-Identifier: Apache-2.0

#include "observe/observer_state.hpp"

#include <algorithm>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"

#include "base/random_seed.hpp"
#include "observe/error_word.hpp"
#include "observe/event_text.hpp"
#include "process/host_messages.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exit_kind.hpp"

namespace troupe {

namespace {

/// Children whose failures are counted; further ones are not.
constexpr size_t max_records = 200'000;

/// Watchers of events, so that a peer cannot have any number of them.
constexpr size_t max_watchers = 1'024;

} // namespace

caf::behavior observer_actor(caf::event_based_actor* self,
                             observer_setup setup) {
  return std::make_shared<observer_state>(self, std::move(setup))
      ->make_behavior();
}

observer_state::observer_state(caf::event_based_actor* self,
                               observer_setup setup)
    : self_(self),
      setup_(std::move(setup)),
      events_(std::clamp<size_t>(setup_.options.max_events, 1, 1'000'000),
              random_seed(*self) | 1) {
  world_.name = setup_.name;
  world_.id = self_->system().node();
  if (setup_.options.file)
    if (auto err = event_writer::open(*setup_.options.file, writer_))
      note({.source = event_source::action,
            .level = event_level::error,
            .what = "no_file",
            .text = describe(err)});
  for (auto& x : setup_.options.roots)
    add(x);
  if (setup_.membership)
    self_->send(setup_.membership, watch_atom_v, caf::actor{self_});
}

caf::behavior observer_state::make_behavior() {
  self_->set_down_handler([this](const caf::down_msg& x) { down(x); });
  self_->set_error_handler([](caf::error&) {});
  // Some answer to plain messages as well.
  self_->set_default_handler(caf::drop);
  self_->set_exit_handler([this](caf::exit_msg& x) {
    if (!x.reason)
      return;
    if (spawned_)
      self_->send_exit(spawned_, caf::exit_reason::user_shutdown);
    self_->quit(std::move(x.reason));
  });
  return {
      [this, alive = shared_from_this()](snapshot_atom, snapshot_query& x) {
        return snapshot(x);
      },
      [this](events_atom, event_query& x) { return events(x); },
      [this](letters_atom, event_query& x) { return letters(x); },
      [this](spans_atom, event_query& x) { return spans(x); },
      [this](metrics_atom, const std::string& node) { return metrics(node); },
      [this](quarantine_atom, const std::string& node) {
        return quarantine(node);
      },
      [this](history_atom, const std::string& node, const std::string& path) {
        return history(node, path);
      },
      [this](history_atom, uint64_t actor) { return history(actor); },
      [this](probe_atom, const cell_query& x) { return report(x); },
      [this](act_atom, observer_action& x) { return act(x); },
      [this](watch_atom, const caf::actor& x) { watch(x); },
      [this](withdraw_atom, const caf::actor& x) { std::erase(watchers_, x); },
      // Of this process only.
      [this](const observed_root& x) { add(x); },
      [](const observer_errand& x) { x.run(); },
      // From what is watched.
      [this](const supervision_event& x) { take(x); },
      [this](const pool_event& x) { take(x); },
      [this](const node_event& x) { take(x); },
      [this](const directory_event& x) { take(x); },
  };
}

void observer_state::add(const observed_root& x) {
  if (!x.who)
    return;
  self_->monitor(x.who);
  if (x.what == observed_root::kind::pool) {
    world_.pools[x.name] = x.who;
    self_->send(x.who, watch_atom_v, caf::actor{self_});
  } else {
    world_.supervisors[x.name] = x.who;
    self_->send(x.who, watch_atom_v, caf::actor{self_}, x.name + "/");
  }
}

void observer_state::down(const caf::down_msg& x) {
  auto gone = [&](auto& y) { return y == x.source; };
  watchers_.erase(std::remove_if(watchers_.begin(), watchers_.end(), gone),
                  watchers_.end());
  for (auto roots : {&world_.supervisors, &world_.pools})
    for (auto& [name, who] : *roots)
      if (who == x.source) {
        who = nullptr;
        note(root_ended(name, x.reason));
      }
  if (spawned_ == x.source)
    spawned_ = nullptr;
}

void observer_state::take(const supervision_event& x) {
  using kind = supervision_event::kind;
  totals_.book(x);
  if (x.what == kind::start_failed
      || (x.what == kind::ended && is_failure(kind_of(x.reason))))
    ++counts_.failures[error_word(x.reason)];
  if (x.what == kind::removed) {
    records_.erase(x.child);
  } else if (x.what == kind::restarting
             || (x.what == kind::ended && is_failure(kind_of(x.reason)))) {
    auto i = records_.find(x.child);
    if (i == records_.end() && records_.size() < max_records)
      i = records_.emplace(x.child, record{}).first;
    if (i != records_.end())
      ++(x.what == kind::ended ? i->second.failures : i->second.restarts);
  }
  note(to_event(x));
}

void observer_state::take(const pool_event& x) {
  auto from = self_->current_sender();
  for (auto& [name, who] : world_.pools)
    if (who && who == from) {
      note(to_event(x, name));
      return;
    }
}

void observer_state::take(const node_event& x) {
  // Who is who decides who may act: only the own membership tells.
  if (self_->current_sender() != setup_.membership)
    return;
  if (is_linked(x.state)) {
    auto [i, added] = world_.peers.try_emplace(x.name);
    i->second.event = x;
    if (added)
      self_->send(setup_.directory, watch_atom_v,
                  std::string{observer_name} + "@" + x.name, caf::actor{self_});
  } else if (auto i = world_.peers.find(x.name);
             i != world_.peers.end() && i->second.event.id == x.id) {
    world_.peers.erase(i);
    self_->send(setup_.directory, withdraw_atom_v,
                std::string{observer_name} + "@" + x.name, caf::actor{self_});
  }
  if (!is_tool(x))
    note(to_event(x));
}

void observer_state::take(const directory_event& x) {
  if (self_->current_sender() != setup_.directory)
    return;
  auto at = x.name.find('@');
  if (at == std::string::npos)
    return;
  if (auto i = world_.peers.find(x.name.substr(at + 1));
      i != world_.peers.end())
    i->second.observer = x.holder;
}

void observer_state::note(observed_event x) {
  x.time = caf::make_timestamp();
  x.node = world_.name;
  auto& kept = events_.add(std::move(x));
  ++counts_.events[to_string(kept.level)];
  if (writer_)
    writer_->write(kept, std::chrono::steady_clock::now());
  for (auto& who : watchers_)
    self_->send(who, kept);
}

void observer_state::watch(const caf::actor& x) {
  auto known =
      std::find(watchers_.begin(), watchers_.end(), x) != watchers_.end();
  if (!x || known || watchers_.size() >= max_watchers)
    return;
  self_->monitor(x);
  watchers_.push_back(x);
}

} // namespace troupe
