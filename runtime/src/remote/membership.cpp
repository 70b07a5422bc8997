// SPDX-License-Identifier: Apache-2.0

#include "remote/membership.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"

#include "base/random_seed.hpp"

namespace troupe {

caf::behavior membership(caf::event_based_actor* self,
                         membership_options options) {
  return std::make_shared<membership_state>(self, std::move(options))
      ->make_behavior();
}

membership_state::membership_state(caf::event_based_actor* self,
                                   membership_options options)
    : self_(self),
      options_(std::move(options)),
      table_({options_.own.name, options_.own.id, options_.own.address},
             options_.rules),
      random_(static_cast<uint32_t>(random_seed(*self))),
      loans_(options_.lease) {
  auto& own = services_[options_.own.name];
  own.id = options_.own.id;
  own.directory = options_.directory;
  own.host = options_.host;
}

caf::behavior membership_state::make_behavior() {
  self_->set_down_handler([this](const caf::down_msg& x) { down(x); });
  self_->set_exit_handler([this](const caf::exit_msg& x) {
    abandon();
    self_->quit(x.reason);
  });
  // A stray error is no reason to end.
  self_->set_error_handler([](caf::error&) {});
  self_->send(options_.directory, peer_atom_v, options_.own.name,
              options_.directory);
  self_->send(options_.host, watch_atom_v, caf::actor{self_});
  return {
      [this, alive = shared_from_this()](begin_dialing& x) {
        options_.own.address = x.address;
        table_.own_address(x.address);
        dial_ = std::move(x.dial);
        cut_ = std::move(x.cut);
        forsake_ = std::move(x.forsake);
        perform();
      },
      [this](peer_report& x) { take(x); },
      [this](const dial_report& x) {
        table_.dial_ended(x.address, x.how, x.why, now(),
                          std::uniform_real_distribution<double>{}(random_));
        perform();
      },
      [this](const node_wanted& x) {
        table_.wanted(x.id, now());
        self_->delayed_send(self_, options_.reach_within, node_overdue{x});
        perform();
      },
      [this](const node_overdue& x) {
        if (forsake_)
          forsake_(x.what);
      },
      [this](const seed_address& x) {
        table_.seed(x.text, now());
        perform();
      },
      [this](peer_atom, const std::vector<node_contact>& others) {
        table_.learned(others, now());
        perform();
      },
      [this](withdraw_atom) {
        if (auto x = sender())
          table_.leaving(x->id);
        perform();
      },
      [this](stats_atom, uint64_t load) {
        // What is on its way may not be counted there yet.
        if (auto x = sender())
          x->load = x->ordered > 0 ? std::max<size_t>(x->load, load) : load;
        if (self_->current_sender() == options_.host)
          for (auto& [name, x] : services_)
            if (x.members)
              self_->send(x.members, stats_atom_v, load);
      },
      [this](renew_atom) { return grant(); },
      [this](start_order& x) { return begin(x); },
      [this](const start_recall& x) { recall(x); },
      [this](begin_draining) { return drain(); },
      [this](lookup_atom, const std::string& name) -> caf::result<caf::actor> {
        auto i = services_.find(name);
        if (i == services_.end())
          return make_error(errc::unknown_node,
                            fmt::format("no node named {} is connected", name));
        return i->second.host;
      },
      [this](members_atom) { return table_.linked(); },
      [this](watch_atom, const caf::actor& x) {
        watch(x);
        return caf::unit;
      },
      [this](const membership_due& x) {
        if (armed_ && *armed_ <= x.time)
          armed_.reset();
        tick();
      },
  };
}

void membership_state::take(peer_report& x) {
  auto& event = x.event;
  switch (event.state) {
    case node_state::up:
      if (x.members) {
        self_->send(options_.directory, peer_atom_v, event.name, x.directory);
        self_->send(x.members, stats_atom_v,
                    uint64_t{services_[options_.own.name].load});
        if (options_.own.state == node_state::leaving)
          self_->send(x.members, withdraw_atom_v);
        services_[event.name] = {event.id, x.directory, x.host, x.members};
      }
      table_.up(event, now());
      break;
    case node_state::suspected:
      table_.suspected(event.id, event.reason);
      break;
    case node_state::lost:
    case node_state::left: {
      auto i = services_.find(event.name);
      if (i == services_.end() || i->second.id != event.id)
        return;
      services_.erase(i);
      self_->send(options_.host, node_gone{event.id});
      loans_.lost(event.id, now());
      if (event.state == node_state::lost)
        table_.lost(event.id, event.reason, now());
      else
        table_.left(event.id, now());
      break;
    }
    case node_state::joining:
    case node_state::leaving:
      // Links know nothing of them.
      return;
  }
  perform();
}

void membership_state::perform() {
  while (auto action = table_.next())
    std::visit([this](auto& x) { carry_out(x); }, *action);
  look_for_places();
  arm();
}

void membership_state::carry_out(const dial_node& x) {
  auto done = [address = x.address,
               self = caf::actor_cast<caf::weak_actor_ptr>(self_)](
                  dial_outcome how, const std::string& why) {
    if (auto strong = self.lock())
      caf::anon_send(caf::actor_cast<caf::actor>(strong),
                     dial_report{address, how, why});
  };
  if (dial_)
    dial_(x.address, std::move(done));
  else
    done(dial_outcome::failed, "not ready");
}

void membership_state::carry_out(const tell_watchers& x) {
  for (auto& watcher : watchers_)
    self_->send(watcher, x.event);
}

void membership_state::carry_out(const introduce_nodes& x) {
  for (auto& [name, y] : services_)
    if (y.id == x.to && y.members)
      self_->send(y.members, peer_atom_v, x.others);
}

void membership_state::carry_out(const node_settled& x) {
  loans_.settled(x.id, now());
}

void membership_state::carry_out(const refuse_node& x) {
  if (cut_)
    cut_(x.id, x.why);
}

void membership_state::watch(const caf::actor& watcher) {
  if (watchers_.insert(watcher).second)
    self_->monitor(watcher);
  for (auto& x : table_.linked())
    self_->send(watcher, x);
  for (auto& x : table_.joining())
    self_->send(watcher, x);
}

void membership_state::tick() {
  table_.tick(now());
  loans_.tick(now());
  perform();
}

void membership_state::arm() {
  auto due = table_.next_deadline();
  auto take = [&](std::optional<time_point> x) {
    if (x && (!due || *x < *due))
      due = x;
  };
  take(loans_.next_deadline(now()));
  for (auto& x : starts_)
    if (!x.ordered)
      take(x.deadline);
  if (!due || (armed_ && *armed_ <= *due))
    return;
  armed_ = due;
  auto wait = std::max(*due - now(), time_point::duration{0});
  self_->delayed_send(self_, wait, membership_due{*due});
}

membership_state::services* membership_state::sender() {
  auto ptr = self_->current_sender();
  if (!ptr)
    return nullptr;
  for (auto& [name, x] : services_)
    if (x.id == ptr->node())
      return &x;
  return nullptr;
}

membership_state::time_point membership_state::now() const {
  return self_->clock().now();
}

} // namespace troupe
