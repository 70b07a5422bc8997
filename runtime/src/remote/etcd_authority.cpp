// SPDX-License-Identifier: Apache-2.0

#include "troupe/remote/authority.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "caf/send.hpp"

#include "troupe/base/errc.hpp"

#include "base/in_quotes.hpp"
#include "remote/etcd_messages.hpp"
#include "remote/etcd_state.hpp"

namespace troupe {

caf::behavior etcd_authority(caf::event_based_actor* self,
                             etcd_options options) {
  return std::make_shared<etcd::state>(self, std::move(options))
      ->make_behavior();
}

} // namespace troupe

namespace troupe::etcd {

state::state(caf::event_based_actor* self, etcd_options options)
    : self_(self),
      options_(std::move(options)),
      calls_(options_.endpoints, options_.call_timeout),
      watching_(
          std::make_shared<client>(options_.endpoints, options_.call_timeout)) {
  // nop
}

caf::behavior state::make_behavior() {
  watcher_ = self_->spawn<caf::detached + caf::hidden>(
      watcher, watching_, options_.prefix, caf::actor{self_});
  self_->set_exit_handler([this](caf::exit_msg& x) {
    end();
    self_->quit(std::move(x.reason));
  });
  self_->set_down_handler([this](const caf::down_msg& x) {
    std::erase_if(listeners_, [&](auto& y) { return y == x.source; });
  });
  self_->set_error_handler([](caf::error&) {
    // A stray error is no reason to end.
  });
  return {
      [this, alive = shared_from_this()](register_atom, node_contact& x) {
        own_ = std::move(x);
        announced_ = false;
        step();
      },
      [this](watch_atom, const caf::actor& x) {
        if (listeners_.insert(x).second)
          self_->monitor(x);
        tell(x);
      },
      [this](claim_atom, const std::string& name, const caf::actor& owner) {
        return begin_claim(name, owner);
      },
      [this](withdraw_atom, const std::string& name) {
        withdraw(name);
        return caf::unit;
      },
      [this](lookup_atom, const std::string& name) { return holder(name); },
      [this](news& x) { take(x); },
      [this](caf::tick_atom, uint64_t timer) {
        if (timer == timer_)
          step();
      },
  };
}

// -- the lease and what hangs on it -------------------------------------------

void state::step() {
  caf::error problem;
  if (own_ || !claims_.empty())
    for (auto f : {&state::renew, &state::need_lease, &state::announce,
                   &state::claim_names})
      if ((problem = (this->*f)()))
        break;
  if (lease_id_ && !lease_.holds(now()))
    lose_lease();
  failures_ = problem ? failures_ + 1 : 0;
  tell_of(problem);
  if (!problem && !lease_id_)
    return;
  auto wait = problem ? delay_after(failures_) : renew_at_ - now();
  self_->delayed_send(self_, std::max<caf::timespan>(wait, {}),
                      caf::tick_atom_v, ++timer_);
}

/// One line for each change, not for each attempt.
void state::tell_of(const caf::error& problem) {
  auto text = problem ? describe(problem) : std::string{};
  if (std::exchange(problem_, text) != text)
    std::fprintf(stderr, "troupe.etcd: %s\n",
                 text.empty() ? "answers again" : text.c_str());
}

caf::error state::renew() {
  if (!lease_id_ || now() < renew_at_)
    return {};
  lease_.asked(now());
  auto answer = calls_.post("lease/keepalive", lease_request(*lease_id_));
  if (!answer) {
    lease_.refused();
    return std::move(answer.error());
  }
  if (!read_renewal(*answer)) {
    lease_.refused();
    lose_lease();
    return {};
  }
  lease_.granted(ttl());
  renew_at_ = now() + ttl() / 3;
  return {};
}

caf::error state::need_lease() {
  if (lease_id_)
    return {};
  lease_.asked(now());
  auto answer = calls_.post("lease/grant", grant_request(ttl()));
  if (answer)
    lease_id_ = read_lease(*answer);
  if (!lease_id_) {
    lease_.refused();
    return answer ? make_error(errc::authority_refused, "no lease was granted")
                  : std::move(answer.error());
  }
  lease_.granted(ttl());
  renew_at_ = now() + ttl() / 3;
  return {};
}

caf::error state::announce() {
  if (announced_ || !own_)
    return {};
  auto answer =
      calls_.post("kv/put", put_request(options_.prefix + "nodes/" + own_->name,
                                        write_contact(*own_), *lease_id_));
  if (!answer)
    return std::move(answer.error());
  announced_ = true;
  return {};
}

caf::error state::claim_names() {
  for (auto& [name, x] : claims_) {
    if (x.token)
      continue;
    auto answer = calls_.post(
        "kv/txn",
        create_request(key_of(name), own_ ? own_->name : "", *lease_id_));
    if (!answer)
      return std::move(answer.error());
    // Otherwise somebody holds it; the next change brings us here again.
    x.token = read_creation(*answer);
    if (x.token)
      for (auto& promise : std::exchange(x.waiting, {}))
        promise.deliver(*x.token);
  }
  return {};
}

/// Whatever this node held, others may hold now.
void state::lose_lease() {
  lease_id_.reset();
  lease_ = {};
  announced_ = false;
  for (auto i = claims_.begin(); i != claims_.end();) {
    auto& [name, x] = *i;
    if (x.token) {
      self_->send(x.owner, withdraw_atom_v, name);
      i = claims_.erase(i);
    } else {
      ++i;
    }
  }
  if (own_ || !claims_.empty())
    self_->send(self_, caf::tick_atom_v, ++timer_);
}

// -- nodes --------------------------------------------------------------------

void state::tell(const caf::actor& listener) {
  if (!nodes_.empty())
    self_->send(listener, peer_atom_v, nodes_);
}

void state::take(news& x) {
  auto prefix = options_.prefix + "nodes/";
  std::vector<node_contact> nodes;
  for (auto& entry : x.content.entries)
    if (entry.key.starts_with(prefix))
      if (auto contact = read_contact(entry.value))
        nodes.push_back(std::move(*contact));
  if (std::exchange(nodes_, nodes) != nodes)
    for (auto& listener : listeners_)
      tell(listener);
  auto waits = [](auto& kvp) { return !kvp.second.token; };
  if (std::any_of(claims_.begin(), claims_.end(), waits))
    step();
}

// -- names --------------------------------------------------------------------

caf::response_promise state::begin_claim(const std::string& name,
                                         const caf::actor& owner) {
  auto promise = self_->make_response_promise();
  auto result = promise;
  auto& x = claims_[name];
  if (x.owner && x.owner != owner) {
    promise.deliver(
        make_error(errc::name_taken,
                   fmt::format("{} is claimed by another actor of this node",
                               in_quotes(name))));
    return result;
  }
  x.owner = owner;
  if (x.token) {
    promise.deliver(*x.token);
  } else {
    x.waiting.push_back(std::move(promise));
    step();
  }
  return result;
}

void state::withdraw(const std::string& name) {
  auto i = claims_.find(name);
  if (i == claims_.end())
    return;
  auto x = std::move(i->second);
  claims_.erase(i);
  for (auto& promise : x.waiting)
    promise.deliver(make_error(errc::unknown_name, "the claim was called off"));
  // If etcd does not hear of it, the lease ends it.
  if (x.token)
    static_cast<void>(
        calls_.post("kv/txn", delete_request(key_of(name), *x.token)));
}

caf::result<std::string, uint64_t> state::holder(const std::string& name) {
  auto answer = calls_.post("kv/range", get_request(key_of(name)));
  if (!answer)
    return std::move(answer.error());
  auto found = read_listing(*answer);
  if (!found)
    return make_error(errc::authority_refused, "an answer of another form");
  if (found->entries.empty())
    return make_error(errc::unknown_name, "nobody holds " + name);
  auto& entry = found->entries.front();
  return {entry.value, entry.created};
}

void state::end() {
  watching_->stop();
  caf::anon_send_exit(watcher_, caf::exit_reason::user_shutdown);
  // Others need not wait for its end.
  if (lease_id_)
    static_cast<void>(calls_.post("lease/revoke", lease_request(*lease_id_)));
}

std::string state::key_of(const std::string& name) const {
  return options_.prefix + "names/" + name;
}

lease::time_point state::now() const {
  return self_->clock().now();
}

std::chrono::seconds state::ttl() const {
  return std::chrono::duration_cast<std::chrono::seconds>(options_.lease);
}

} // namespace troupe::etcd
