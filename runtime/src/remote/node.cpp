// SPDX-License-Identifier: Apache-2.0

#include "troupe/remote/node.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/location/directory.hpp"
#include "troupe/remote/authority.hpp"

#include "link/endpoint.hpp"
#include "link/hub.hpp"
#include "port/listen_probe.hpp"
#include "remote/actor_host.hpp"
#include "remote/membership.hpp"
#include "remote/remote_starter.hpp"

namespace troupe {

namespace {

/// What `~node` spends on each of its stages.
constexpr auto close_timeout = std::chrono::milliseconds{2'000};

/// What is left for the membership's word on a link that was made late.
constexpr caf::timespan last_moment = std::chrono::milliseconds{200};

constexpr auto directory_service = "directory";
constexpr auto host_service = "host";
constexpr auto members_service = "members";

node_state to_node_state(peer_change x) {
  switch (x) {
    case peer_change::up:
    case peer_change::restored:
      return node_state::up;
    case peer_change::suspected:
      return node_state::suspected;
    case peer_change::left:
      return node_state::left;
    case peer_change::lost:
      break;
  }
  return node_state::lost;
}

caf::actor remote_service(hub& links, const identity& peer, const char* name) {
  auto i = peer.services.find(name);
  if (i == peer.services.end())
    return {};
  return caf::actor_cast<caf::actor>(links.proxy(peer.id, i->second));
}

/// Passes a change on a link to the membership actor. Runs in the wire's
/// threads.
void report(const caf::actor& membership, hub& links, const identity& peer,
            peer_change how, const std::string& cause) {
  peer_report result;
  result.event = {.name = peer.name,
                  .id = peer.id,
                  .state = to_node_state(how),
                  .workers = static_cast<size_t>(peer.workers),
                  .reason =
                      how == peer_change::lost || how == peer_change::suspected
                          ? cause
                          : "",
                  .address = peer.address,
                  .roles = peer.roles};
  if (how == peer_change::up) {
    result.directory = remote_service(links, peer, directory_service);
    result.host = remote_service(links, peer, host_service);
    result.members = remote_service(links, peer, members_service);
  }
  caf::anon_send(membership, std::move(result));
}

/// Dials on a thread of its own each time: one that is not answered must not
/// hold up others.
dial_function make_dial(caf::actor_system& sys, std::shared_ptr<endpoint> links,
                        caf::timespan timeout) {
  using std::chrono::duration_cast;
  auto patience = duration_cast<std::chrono::milliseconds>(timeout);
  return [=, &sys](const std::string& address, dial_done done) {
    auto dial = [=](caf::event_based_actor*) {
      if (refuses_connections(address, patience)) {
        done(dial_outcome::refused, "nobody listens there");
        return;
      }
      if (auto err = links->dial(address, timeout))
        done(dial_outcome::failed, describe(err));
      else
        done(dial_outcome::linked, {});
    };
    sys.spawn<caf::detached + caf::hidden>(std::move(dial));
  };
}

/// Ends `x` and waits until it is gone; after `timeout` it has no more say.
void stop(caf::scoped_actor& self, const caf::actor& x, caf::timespan timeout) {
  self->monitor(x);
  self->send_exit(x, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {},
                caf::after(timeout) >>
                    [&] { self->send_exit(x, caf::exit_reason::kill); });
}

} // namespace

class node::impl {
public:
  impl(caf::actor_system& sys, node_options options)
      : sys_(sys), options_(std::move(options)) {
    directory_ = sys_.spawn<caf::hidden>(troupe::directory);
    // These must not wait for cores that compute.
    host_ = sys_.spawn<actor_host, caf::detached + caf::hidden>(
        [this](const caf::node_id& client, const std::string& type) {
          return refusal(client, type);
        });
    membership_ = sys_.spawn<caf::detached + caf::hidden>(
        troupe::membership,
        membership_options{
            .own = {.name = options_.name,
                    .id = sys_.node(),
                    .workers = options_.workers,
                    .roles = options_.roles},
            .lease = options_.lease,
            .reach_within = options_.connect_timeout,
            .rules = {.reach = options_.security == link_security::loopback_only
                                   ? dial_reach::loopback
                                   : dial_reach::anywhere},
            .directory = directory_,
            .host = host_});
    for (auto& actor : {directory_, host_, membership_})
      sys_.registry().put(actor.id(), actor);
  }

  ~impl() {
    // First, so that nobody is dialled any more.
    caf::scoped_actor self{sys_};
    if (authority_)
      stop(self, authority_, close_timeout);
    stop(self, membership_, close_timeout);
    // Before the farewell, by which others know that nothing runs here.
    if (hub_)
      hub_->mute();
    stop(self, host_, close_timeout);
    if (endpoint_)
      endpoint_->close(close_timeout);
    stop(self, directory_, close_timeout);
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  caf::error open() {
    identity own{
        .name = options_.name,
        .id = sys_.node(),
        .workers = options_.workers,
        .max_message_bytes = options_.max_message_bytes,
        .type_table = type_table_hash(sys_.config()),
        .services = {{directory_service, directory_.id()},
                     {host_service, host_.id()},
                     {members_service, membership_.id()}},
        .address = advertised_address(options_),
        .roles = options_.roles,
    };
    hub_ = std::make_shared<hub>(
        sys_, std::move(own),
        hub_options{
            .max_message_bytes = options_.max_message_bytes,
            .max_unsent_bytes = options_.max_unsent_bytes,
            .max_wait = options_.max_wait,
            .resume_window = options_.suspect_after,
            .handshake_timeout = options_.connect_timeout,
            .detection = {.heartbeat_interval = options_.heartbeat_interval,
                          .suspect_within = options_.suspect_after,
                          .lost_within = options_.lost_after},
            .tls = options_.tls},
        [membership = membership_](hub& links, const identity& peer,
                                   peer_change how, const std::string& cause) {
          report(membership, links, peer, how, cause);
        });
    hub_->on_stranger(
        [membership = membership_](const caf::node_id& id, uint64_t number) {
          caf::anon_send(membership, node_wanted{id, number});
        });
    auto opened = endpoint::open(hub_, options_.listen);
    if (!opened)
      return std::move(opened.error());
    endpoint_ = std::move(*opened);
    caf::anon_send(
        membership_,
        begin_dialing{
            hub_->own().address,
            make_dial(sys_, endpoint_, options_.connect_timeout),
            [links = hub_](const caf::node_id& who, const std::string& why) {
              links->cut(who, make_error(errc::too_many_members, why));
            },
            [links = hub_](const node_wanted& x) {
              links->forsake(
                  x.id,
                  make_error(errc::link_lost, "the node cannot be reached"),
                  x.number);
            }});
    for (auto& address : options_.join)
      if (auto err = join(address))
        return err;
    authority_ = options_.etcd.endpoints.empty()
                     ? sys_.spawn<caf::hidden>(seed_authority, options_.seeds)
                     : sys_.spawn<caf::detached + caf::hidden>(etcd_authority,
                                                               options_.etcd);
    caf::anon_send(authority_, watch_atom_v, membership_);
    caf::anon_send(
        authority_, register_atom_v,
        node_contact{options_.name, sys_.node(), hub_->own().address});
    return {};
  }

  caf::error join(const std::string& address) {
    auto deadline = std::chrono::steady_clock::now() + options_.connect_timeout;
    if (auto err = endpoint_->dial(address, options_.connect_timeout))
      return err;
    // Came to the membership behind the news of this peer, which is known here
    // when the answer is: its actors can be looked up by name from now on.
    caf::error result;
    caf::scoped_actor self{sys_};
    auto left = deadline - std::chrono::steady_clock::now();
    self->request(membership_, std::max<caf::timespan>(left, last_moment),
                  seed_address{address})
        .receive([] {}, [&](caf::error& why) { result = std::move(why); });
    return result;
  }

  caf::error drain(caf::timespan timeout) {
    caf::error result;
    caf::scoped_actor self{sys_};
    self->request(membership_, timeout, begin_draining{})
        .receive([] {}, [&](caf::error& why) { result = std::move(why); });
    return result;
  }

  caf::error publish(const std::string& name, const caf::actor& x) {
    if (!x || x.node() != sys_.node())
      return make_error(errc::invalid_option,
                        fmt::format("{} is no actor of this node", name));
    if (!hub_->guard(x))
      return make_error(errc::directory_full,
                        "the node publishes as many actors as it may");
    caf::error result;
    caf::scoped_actor self{sys_};
    self->request(directory_, close_timeout, register_atom_v, name, x)
        .receive([] {}, [&](caf::error& why) { result = std::move(why); });
    return result;
  }

  link_reader links() const {
    return [weak = std::weak_ptr{hub_}] {
      auto alive = weak.lock();
      return alive ? alive->links() : std::vector<link_stats>{};
    };
  }

  const node_options& options() const noexcept {
    return options_;
  }

  uint16_t port() const noexcept {
    return endpoint_->port();
  }

  const caf::actor& membership() const noexcept {
    return membership_;
  }

  const caf::actor& authority() const noexcept {
    return authority_;
  }

  const caf::actor& directory() const noexcept {
    return directory_;
  }

private:
  /// Says why a node may not start a type here, or `none`.
  caf::error refusal(const caf::node_id& client, const std::string& type) {
    auto name = hub_->name_of(client);
    if (name && may_start(options_, *name, type))
      return {};
    return make_error(errc::start_not_allowed,
                      fmt::format("node {} may not start {} on {}",
                                  name.value_or("unknown"), type,
                                  options_.name));
  }

  caf::actor_system& sys_;
  node_options options_;
  caf::actor directory_;
  caf::actor host_;
  caf::actor membership_;
  caf::actor authority_;
  std::shared_ptr<hub> hub_;
  std::shared_ptr<endpoint> endpoint_;
};

caf::expected<node> node::open(caf::actor_system& sys, node_options options) {
  if (options.name.empty())
    options.name = default_node_name();
  std::sort(options.roles.begin(), options.roles.end());
  if (auto err = validate(options))
    return err;
  if (options.tls)
    if (auto err = check(*options.tls, options.name))
      return err;
  if (!sys.node())
    return make_error(errc::invalid_option,
                      "the actor system was not configured by troupe::config");
  auto x = std::make_unique<impl>(sys, std::move(options));
  if (auto err = x->open())
    return err;
  return node{std::move(x)};
}

node::node(std::unique_ptr<impl> x) : impl_(std::move(x)) {
  // nop
}

node::node(node&&) noexcept = default;

node& node::operator=(node&&) noexcept = default;

node::~node() = default;

caf::error node::join(const std::string& address) {
  auto candidate = impl_->options();
  candidate.listen.reset();
  candidate.advertise.reset();
  candidate.join = {address};
  if (auto err = validate(candidate))
    return err;
  return impl_->join(address);
}

caf::error node::publish(const std::string& name, const caf::actor& x) const {
  return impl_->publish(name, x);
}

node::link_reader node::links() const {
  return impl_->links();
}

const node_options& node::options() const noexcept {
  return impl_->options();
}

const std::string& node::name() const noexcept {
  return impl_->options().name;
}

uint16_t node::port() const noexcept {
  return impl_->port();
}

const caf::actor& node::membership() const noexcept {
  return impl_->membership();
}

const caf::actor& node::authority() const noexcept {
  return impl_->authority();
}

const caf::actor& node::directory() const noexcept {
  return impl_->directory();
}

caf::error node::drain(caf::timespan timeout) {
  return impl_->drain(timeout);
}

starter node::on(std::string where, remote_start what) const {
  return remote_starter(membership(),
                        {start_place::kind::named, std::move(where)},
                        std::move(what));
}

starter node::on(std::string where, std::string type, caf::message args) const {
  return on(std::move(where), remote_start{.type = std::move(type),
                                           .args = std::move(args),
                                           .when_lost = node_loss::wait});
}

starter node::on_role(std::string role, remote_start what) const {
  return remote_starter(membership(),
                        {start_place::kind::role, std::move(role)},
                        std::move(what));
}

starter node::least_loaded(remote_start what) const {
  return remote_starter(membership(), {start_place::kind::any, {}},
                        std::move(what));
}

} // namespace troupe
