// SPDX-License-Identifier: Apache-2.0

#include "location/directory_state.hpp"

#include <utility>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "caf/abstract_actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/response_promise.hpp"

#include "base/in_quotes.hpp"

namespace troupe {

namespace {

caf::error not_permitted() {
  return make_error(errc::peer_not_trusted,
                    "only this node itself changes its directory");
}

caf::error no_actor() {
  return make_error(errc::invalid_option, "the actor's handle is invalid");
}

caf::error full(std::string_view what, size_t limit) {
  return make_error(
      errc::directory_full,
      fmt::format("the directory holds {} {}, the most it may", limit, what));
}

/// Returns whether an actor of this process has ended, be it that the notice
/// is still under way.
bool has_ended(const caf::actor& x) {
  return caf::actor_cast<caf::abstract_actor*>(x)->getf(
      caf::abstract_actor::is_terminated_flag);
}

caf::error unknown(const std::string& name) {
  return make_error(errc::unknown_name,
                    fmt::format("nobody is registered as {}", in_quotes(name)));
}

} // namespace

// -- names of this node -------------------------------------------------------

bool directory_state::is_foreign() const {
  auto sender = self_->current_sender();
  return sender != nullptr && sender->node() != self_->node();
}

caf::result<void> directory_state::enter(const std::string& text,
                                         const caf::actor& holder) {
  if (is_foreign())
    return not_permitted();
  auto name = parse_local_name(text);
  if (!name)
    return std::move(name.error());
  if (!holder)
    return no_actor();
  auto i = entries_.find(*name);
  if (i != entries_.end() && i->second.holder == holder)
    return caf::unit;
  // A successor may be faster than the notice of the end before it.
  if (i != entries_.end() && i->second.holder && has_ended(i->second.holder)) {
    down(i->second.holder.address());
    i = entries_.find(*name);
  }
  if (i != entries_.end() && i->second.holder)
    return make_error(
        errc::name_taken,
        fmt::format("{} is held by another actor", in_quotes(*name)));
  if (names_ == max_directory_names)
    return full("names", max_directory_names);
  if (i == entries_.end())
    i = entries_.emplace(*name, entry{.parts = {*name, std::nullopt}}).first;
  ++names_;
  tie(holder).held.insert(*name);
  change(*i, holder);
  return caf::unit;
}

caf::result<void> directory_state::withdraw(const std::string& text) {
  if (is_foreign())
    return not_permitted();
  auto i = entries_.find(text);
  if (i == entries_.end() || i->second.parts.node || !i->second.holder)
    return unknown(text);
  auto holder = i->second.holder.address();
  ties_[holder].held.erase(text);
  --names_;
  change(*i, nullptr);
  drop_if_unused(i);
  untie(holder);
  return caf::unit;
}

caf::result<caf::actor> directory_state::lookup(const std::string& text) {
  auto parts = parse_qualified_name(text);
  if (!parts)
    return std::move(parts.error());
  if (parts->node) {
    auto directory = peers_.find(*parts->node);
    if (directory == peers_.end())
      return make_error(
          errc::unknown_node,
          fmt::format("node {} is not connected", in_quotes(*parts->node)));
    // In this node's own name: the other one answers to no third.
    auto promise = self_->make_response_promise<caf::actor>();
    self_->request(directory->second, caf::infinite, lookup_atom_v, parts->name)
        .then(
            [promise](caf::actor& x) mutable { promise.deliver(std::move(x)); },
            [promise](caf::error& why) mutable {
              promise.deliver(std::move(why));
            });
    return promise;
  }
  auto i = entries_.find(text);
  if (i == entries_.end() || !i->second.holder)
    return unknown(text);
  return i->second.holder;
}

// -- watches ------------------------------------------------------------------

caf::result<void> directory_state::watch(const std::string& text,
                                         const caf::actor& watcher) {
  auto parts = parse_qualified_name(text);
  if (!parts)
    return std::move(parts.error());
  if (!watcher)
    return no_actor();
  auto i = entries_.find(text);
  auto watched =
      i != entries_.end() && i->second.watchers.contains(watcher.address());
  if (!watched && watches_ == max_directory_watches)
    return full("watches", max_directory_watches);
  if (i == entries_.end()) {
    i = entries_.emplace(text, entry{.parts = std::move(*parts)}).first;
    // Here the holder is known, and there is none on a node that is away.
    auto& node = i->second.parts.node;
    i->second.told = !node || !peers_.contains(*node);
  }
  if (!watched) {
    i->second.watchers.emplace(watcher.address(), watcher);
    tie(watcher).watched.insert(text);
    ++watches_;
  }
  if (i->second.told)
    tell(watcher, *i);
  auto& node = i->second.parts.node;
  if (!node || i->second.asked || !peers_.contains(*node))
    return caf::unit;
  auto promise = self_->make_response_promise();
  ask(*i, [=, this](const caf::error& refusal) mutable {
    if (!refusal) {
      promise.deliver(caf::unit);
      return;
    }
    drop_watch(text, watcher);
    promise.deliver(refusal);
  });
  return promise;
}

caf::result<void> directory_state::unwatch(const std::string& text,
                                           const caf::actor& watcher) {
  auto parts = parse_qualified_name(text);
  if (!parts)
    return std::move(parts.error());
  if (!watcher)
    return no_actor();
  drop_watch(text, watcher);
  return caf::unit;
}

void directory_state::drop_watch(const std::string& text,
                                 const caf::actor& watcher) {
  auto i = entries_.find(text);
  if (i == entries_.end() || i->second.watchers.erase(watcher.address()) == 0)
    return;
  --watches_;
  drop_if_unused(i);
  ties_[watcher.address()].watched.erase(text);
  untie(watcher.address());
}

void directory_state::drop_if_unused(entries::iterator i) {
  auto& [parts, holder, watchers, told, asked] = i->second;
  if (!watchers.empty() || (!parts.node && holder))
    return;
  if (asked)
    self_->send(peers_.at(*parts.node), withdraw_atom_v, parts.name,
                caf::actor{self_});
  entries_.erase(i);
}

void directory_state::tell(const caf::actor& watcher,
                           const entries::value_type& x) {
  self_->send(watcher, directory_event{x.first, x.second.holder});
}

void directory_state::change(entries::value_type& x, caf::actor holder) {
  if (x.second.told && x.second.holder == holder)
    return;
  x.second.told = true;
  x.second.holder = std::move(holder);
  for (auto& [address, watcher] : x.second.watchers)
    tell(watcher, x);
}

// -- peers --------------------------------------------------------------------

caf::result<void> directory_state::peer(const std::string& node,
                                        const caf::actor& directory) {
  if (is_foreign())
    return not_permitted();
  auto name = parse_local_name(node);
  if (!name)
    return std::move(name.error());
  if (!directory)
    return no_actor();
  auto i = peers_.find(node);
  if (i != peers_.end() && i->second == directory)
    return caf::unit;
  if (i == peers_.end() && peers_.size() == max_directory_peers)
    return full("peers", max_directory_peers);
  if (i != peers_.end())
    forget_peer(i);
  peers_.emplace(node, directory);
  tie(directory).nodes.insert(node);
  for (auto& x : entries_)
    if (x.second.parts.node == node)
      ask(x, [](const caf::error&) {});
  return caf::unit;
}

void directory_state::forget_peer(peers::iterator i) {
  auto [node, directory] = *i;
  peers_.erase(i);
  for (auto& [text, x] : entries_)
    if (x.parts.node == node)
      x.asked = false;
  ties_[directory.address()].nodes.erase(node);
  untie(directory.address());
}

void directory_state::ask(entries::value_type& x, answer done) {
  auto& parts = x.second.parts;
  auto directory = peers_.at(*parts.node);
  x.second.asked = true;
  self_
      ->request(directory, caf::infinite, watch_atom_v, parts.name,
                caf::actor{self_})
      .then([done] { done(caf::none); },
            [=, this, text = x.first, node = *parts.node](caf::error& reason) {
              not_watched(text, node, directory);
              done(reason == errc::directory_full ? reason : caf::none);
            });
}

void directory_state::not_watched(const std::string& text,
                                  const std::string& node,
                                  const caf::actor& directory) {
  auto i = entries_.find(text);
  auto current = peers_.find(node);
  if (i == entries_.end() || current == peers_.end()
      || current->second != directory)
    return;
  i->second.asked = false;
  change(*i, nullptr);
}

void directory_state::changed_at_peer(const directory_event& x) {
  auto sender =
      ties_.find(caf::actor_cast<caf::actor_addr>(self_->current_sender()));
  if (sender == ties_.end())
    return;
  for (auto& node : sender->second.nodes) {
    auto i = entries_.find(x.name + '@' + node);
    if (i != entries_.end() && i->second.asked)
      change(*i, x.holder);
  }
}

// -- ends of others -----------------------------------------------------------

void directory_state::down(const caf::actor_addr& who) {
  auto i = ties_.find(who);
  if (i == ties_.end())
    return;
  // Watches first, so that a dead watcher is not told.
  auto lost = std::move(i->second);
  ties_.erase(i);
  for (auto& text : lost.watched) {
    auto x = entries_.find(text);
    x->second.watchers.erase(who);
    --watches_;
    drop_if_unused(x);
  }
  for (auto& text : lost.held) {
    auto x = entries_.find(text);
    --names_;
    change(*x, nullptr);
    drop_if_unused(x);
  }
  for (auto& node : lost.nodes) {
    peers_.erase(node);
    for (auto& x : entries_) {
      if (x.second.parts.node == node) {
        x.second.asked = false;
        change(x, nullptr);
      }
    }
  }
}

directory_state::ties& directory_state::tie(const caf::actor& who) {
  auto [i, added] = ties_.try_emplace(who.address());
  if (added)
    self_->monitor(who);
  return i->second;
}

void directory_state::untie(const caf::actor_addr& who) {
  auto i = ties_.find(who);
  if (i == ties_.end() || !i->second.held.empty() || !i->second.watched.empty()
      || !i->second.nodes.empty())
    return;
  self_->demonitor(who);
  ties_.erase(i);
}

void directory_state::clear() {
  entries_.clear();
  ties_.clear();
  peers_.clear();
}

} // namespace troupe
