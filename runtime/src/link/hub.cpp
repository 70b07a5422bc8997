// SPDX-License-Identifier: Apache-2.0

#include "link/hub.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "caf/actor_system.hpp"

#include "troupe/base/address.hpp"
#include "troupe/base/errc.hpp"

#include "link/link_log.hpp"
#include "link/remote_actor.hpp"
#include "link/session.hpp"

namespace troupe {

namespace {

/// Compares what a peer calls itself with the names in its certificate.
caf::error check_name(const std::string& name,
                      const std::vector<std::string>& certified) {
  if (std::find(certified.begin(), certified.end(), name) != certified.end())
    return {};
  return make_error(
      errc::peer_not_trusted,
      fmt::format("by its certificate the peer is {}, not {}",
                  certified.empty() ? "nobody" : certified.front(), name));
}

} // namespace

hub::hub(caf::actor_system& sys, identity own, hub_options options,
         change_handler on_change)
    : system_(sys),
      own_(std::move(own)),
      options_(std::move(options)),
      on_change_(std::move(on_change)),
      proxies_(sys, *this),
      schemas_(sys),
      stand_ins_(sys) {
  // nop
}

hub::~hub() {
  // nop
}

hub::verdict hub::admit(connection_role role, const identity& peer,
                        const std::vector<std::string>& certified_names,
                        session_claim claim) {
  if (auto err = compatible(own_, peer))
    return {std::move(err)};
  if (role == connection_role::accepted && options_.expected_token
      && peer.token != *options_.expected_token)
    return {make_error(errc::wrong_token,
                       fmt::format("node {} shows a wrong token", peer.name))};
  if (options_.tls)
    if (auto err = check_name(peer.name, certified_names))
      return {std::move(err)};
  if (claim.resumes)
    return readmit(peer, claim);
  std::unique_lock guard{mtx_};
  if (closing_)
    return {make_error(errc::peer_unreachable,
                       fmt::format("node {} is leaving", own_.name))};
  if (auto i = peers_.find(peer.id); i != peers_.end()) {
    auto former = i->second;
    guard.unlock();
    // Who begins anew has given up what broke.
    give_up(*former, "the peer has given it up");
    return {make_error(errc::duplicate_node,
                       fmt::format("node {} is linked to node {} already",
                                   peer.name, own_.name)),
            true};
  }
  // Nodes that dial each other at the same time would end with two links or
  // with none: the one with the smaller id waits for its own dial to succeed.
  if (role == connection_role::accepted && dialing_.count(peer.address) != 0
      && own_.id < peer.id)
    return {make_error(errc::duplicate_node,
                       fmt::format("node {} is dialling itself", own_.name)),
            true};
  auto same_name = [&](auto& kvp) {
    return kvp.second->peer().name == peer.name;
  };
  if (auto i = std::find_if(peers_.begin(), peers_.end(), same_name);
      i != peers_.end()) {
    auto former = i->second;
    guard.unlock();
    // Two processes cannot listen on one port: the former one is gone, and its
    // host was too sudden to say so.
    auto restarted =
        !peer.address.empty() && former->peer().address == peer.address;
    if (restarted)
      end(*former, "the node was restarted");
    return {make_error(errc::duplicate_node,
                       fmt::format("node {} knows another node named {}",
                                   own_.name, peer.name)),
            restarted};
  }
  auto admitted = std::make_shared<session>(*this, peer, claim.id);
  peers_.emplace(peer.id, admitted);
  return {{}, false, std::move(admitted)};
}

hub::verdict hub::readmit(const identity& peer, session_claim claim) {
  std::lock_guard guard{mtx_};
  auto i = peers_.find(peer.id);
  if (closing_ || i == peers_.end() || i->second->id() != claim.id)
    return {make_error(errc::link_lost, fmt::format("node {} has given up the "
                                                    "session with node {}",
                                                    own_.name, peer.name))};
  return {{}, false, i->second};
}

void hub::on_break(mend_handler x) {
  std::lock_guard guard{mtx_};
  mend_ = std::move(x);
}

bool hub::mend(const std::shared_ptr<session>& which) {
  std::lock_guard guard{mtx_};
  return !closing_ && mend_ && options_.resume_window > caf::timespan{0}
         && mend_(which);
}

void hub::give_up(session& which, const std::string& why) {
  auto reason =
      make_error(errc::link_lost, fmt::format("the link to node {} is lost: {}",
                                              which.peer().name, why));
  if (which.close_if_detached(reason))
    remove(which, peer_change::lost, reason, why);
}

/// Ends a session that has a stream or had one.
void hub::end(session& which, const std::string& why) {
  if (which.attached())
    which.abort(make_error(errc::link_lost, why));
  else
    give_up(which, why);
}

void hub::announce(const identity& peer) {
  on_change_(*this, peer, peer_change::up, {});
  std::shared_ptr<session> link;
  std::vector<caf::actor_id> early;
  {
    std::lock_guard guard{mtx_};
    if (auto i = peers_.find(peer.id); i != peers_.end()) {
      link = i->second;
      early = strangers_.remove(peer.id);
    }
  }
  for (auto id : early) {
    auto proxy = proxies_.get(peer.id, id);
    if (!proxy)
      continue;
    if (auto err = static_cast<remote_actor*>(proxy->get())->bind(link))
      proxies_.erase(peer.id, id, std::move(err));
  }
}

void hub::report(const identity& peer, peer_change how,
                 const std::string& cause) {
  on_change_(*this, peer, how, cause);
}

void hub::remove(session& which, peer_change how, const caf::error& why,
                 const std::string& cause) {
  {
    std::lock_guard guard{mtx_};
    auto i = peers_.find(which.peer().id);
    if (i == peers_.end() || i->second.get() != &which)
      return;
    peers_.erase(i);
  }
  // First, so that whoever is told by a proxy can ask what became of the node.
  on_change_(*this, which.peer(), how, cause);
  // `proxy_registry::erase(node)` alone would hide the reason.
  for (auto& proxy : proxies_.get_all(which.peer().id))
    if (proxy)
      proxies_.erase(which.peer().id, proxy->id(), why);
  proxies_.erase(which.peer().id);
}

void hub::cut(const caf::node_id& peer, const caf::error& why) {
  std::shared_ptr<session> found;
  {
    std::lock_guard guard{mtx_};
    if (auto i = peers_.find(peer); i != peers_.end())
      found = i->second;
  }
  if (!found)
    return;
  log_link_line(
      fmt::format("refused node {}: {}", found->peer().name, describe(why)));
  if (found->attached())
    found->abort(why);
  else
    give_up(*found, describe(why));
}

bool hub::is_service(caf::actor_id id) const noexcept {
  return has_service(own_, id)
         || std::any_of(guarded_.begin(), guarded_.end(), [=](auto& x) {
              return x.load(std::memory_order_relaxed) == id;
            });
}

bool hub::guard(const caf::actor& x) {
  if (is_service(x.id()))
    return true;
  auto swap = [](auto& slots, caf::actor_id from, caf::actor_id to) {
    return std::any_of(slots.begin(), slots.end(), [=](auto& slot) {
      auto expected = from;
      return slot.compare_exchange_strong(expected, to);
    });
  };
  if (!swap(guarded_, 0, x.id()))
    return false;
  x->attach_functor([weak = weak_from_this(), swap, id = x.id()] {
    if (auto self = weak.lock())
      swap(self->guarded_, id, 0);
  });
  return true;
}

std::vector<link_stats> hub::links() {
  std::vector<std::shared_ptr<session>> all;
  {
    std::lock_guard guard{mtx_};
    for (auto& [id, x] : peers_)
      all.push_back(x);
  }
  std::vector<link_stats> result;
  for (auto& x : all)
    result.push_back(x->stats());
  return result;
}

std::optional<std::string> hub::name_of(const caf::node_id& id) {
  std::lock_guard guard{mtx_};
  auto i = peers_.find(id);
  if (i == peers_.end())
    return std::nullopt;
  return i->second->peer().name;
}

bool hub::connected(const caf::node_id& id) {
  std::lock_guard guard{mtx_};
  return peers_.count(id) != 0;
}

std::shared_ptr<void> hub::dialing(const std::string& address) {
  std::lock_guard guard{mtx_};
  auto forget = [self = shared_from_this(),
                 i = dialing_.insert(address)](void*) {
    std::lock_guard again{self->mtx_};
    self->dialing_.erase(i);
  };
  return {nullptr, std::move(forget)};
}

void hub::listening(uint16_t port) {
  auto where = parse_address(own_.address);
  if (!where || where->port != 0)
    return;
  where->port = port;
  own_.address = to_string(*where);
}

bool hub::stream_opened(const std::shared_ptr<connection>& x) {
  std::lock_guard guard{mtx_};
  streams_.emplace(x.get(), x);
  return !closing_;
}

void hub::stream_closed(const connection& x) {
  std::lock_guard guard{mtx_};
  streams_.erase(&x);
  stream_ended_.notify_all();
}

bool hub::is_crowded() {
  std::lock_guard guard{mtx_};
  return streams_.size() > options_.max_links;
}

void hub::close(caf::timespan timeout) {
  std::vector<std::shared_ptr<session>> links;
  std::vector<std::shared_ptr<connection>> streams;
  {
    std::lock_guard guard{mtx_};
    closing_ = true;
    for (auto& kvp : peers_)
      links.push_back(kvp.second);
    for (auto& kvp : streams_)
      if (auto stream = kvp.second.lock())
        streams.push_back(std::move(stream));
  }
  for (auto& node : strangers_.all())
    forsake(node, make_error(errc::link_lost, "the node is leaving"));
  for (auto& stream : streams)
    stream->abort_handshake(
        make_error(errc::peer_unreachable, "the node is leaving"));
  for (auto& link : links) {
    give_up(*link, "the node is leaving");
    link->leave();
  }
  if (await_streams(timeout))
    return;
  for (auto& link : links)
    link->abort(make_error(errc::link_lost, "the peer did not say goodbye"));
  await_streams(timeout);
}

bool hub::await_streams(caf::timespan timeout) {
  std::unique_lock guard{mtx_};
  return stream_ended_.wait_for(guard, timeout,
                                [&] { return streams_.empty(); });
}

} // namespace troupe
