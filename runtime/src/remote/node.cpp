// SPDX-License-Identifier: Apache-2.0

#include "troupe/remote/node.hpp"

#include <chrono>
#include <climits>
#include <optional>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/location/directory.hpp"

#include "link/endpoint.hpp"
#include "link/hub.hpp"
#include "remote/actor_host.hpp"
#include "remote/membership.hpp"

namespace troupe {

namespace {

/// What `~node` spends on farewells, and once more on its actors.
constexpr auto close_timeout = std::chrono::milliseconds{2'000};

constexpr auto directory_service = "directory";
constexpr auto host_service = "host";

std::string default_name() {
  char host[HOST_NAME_MAX + 1] = {};
  if (gethostname(host, HOST_NAME_MAX) != 0)
    return fmt::format("node-{}", getpid());
  return fmt::format("{}-{}", host, getpid());
}

/// Returns the state that a change leads to, if membership has one for it.
std::optional<node_state> to_node_state(peer_change x) {
  switch (x) {
    case peer_change::up:
      return node_state::up;
    case peer_change::left:
      return node_state::left;
    case peer_change::lost:
      return node_state::lost;
    case peer_change::suspected:
    case peer_change::restored:
      break;
  }
  return std::nullopt;
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
  auto state = to_node_state(how);
  if (!state)
    return;
  peer_report result;
  result.event = {peer.name, peer.id, *state, static_cast<size_t>(peer.workers),
                  how == peer_change::lost ? cause : ""};
  if (how == peer_change::up) {
    result.directory = remote_service(links, peer, directory_service);
    result.host = remote_service(links, peer, host_service);
  }
  caf::anon_send(membership, tell_atom_v, std::move(result));
}

/// Ends `x` and waits until it is gone, at most `timeout`.
void stop(caf::scoped_actor& self, const caf::actor& x, caf::timespan timeout) {
  self->monitor(x);
  self->send_exit(x, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {}, caf::after(timeout) >> [] {});
}

} // namespace

class node::impl {
public:
  impl(caf::actor_system& sys, node_options options)
      : sys_(sys), options_(std::move(options)) {
    directory_ = sys_.spawn<caf::hidden>(troupe::directory);
    host_ = sys_.spawn<actor_host, caf::hidden>();
    node_event self{
        options_.name, sys_.node(), node_state::up, options_.workers, {}};
    membership_ = sys_.spawn<caf::hidden>(troupe::membership, directory_,
                                          peer_report{self, directory_, host_});
    for (auto& actor : {directory_, host_})
      sys_.registry().put(actor.id(), actor);
  }

  ~impl() {
    if (endpoint_)
      endpoint_->close(close_timeout);
    caf::scoped_actor self{sys_};
    for (auto& actor : {membership_, host_, directory_})
      stop(self, actor, close_timeout);
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
                     {host_service, host_.id()}},
        .address = options_.listen.value_or(""),
    };
    hub_ = std::make_shared<hub>(
        sys_, std::move(own),
        hub_options{.max_message_bytes = options_.max_message_bytes,
                    .max_unsent_bytes = options_.max_unsent_bytes,
                    .handshake_timeout = options_.connect_timeout},
        [membership = membership_](hub& links, const identity& peer,
                                   peer_change how, const std::string& cause) {
          report(membership, links, peer, how, cause);
        });
    auto opened = endpoint::open(hub_, options_.listen);
    if (!opened)
      return std::move(opened.error());
    endpoint_ = std::move(*opened);
    for (auto& address : options_.join)
      if (auto err = join(address))
        return err;
    return {};
  }

  caf::error join(const std::string& address) {
    return endpoint_->dial(address, options_.connect_timeout);
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

  const caf::actor& directory() const noexcept {
    return directory_;
  }

private:
  caf::actor_system& sys_;
  node_options options_;
  caf::actor directory_;
  caf::actor host_;
  caf::actor membership_;
  std::shared_ptr<hub> hub_;
  std::unique_ptr<endpoint> endpoint_;
};

caf::expected<node> node::open(caf::actor_system& sys, node_options options) {
  if (options.name.empty())
    options.name = default_name();
  if (auto err = validate(options))
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
  candidate.join = {address};
  if (auto err = validate(candidate))
    return err;
  return impl_->join(address);
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

const caf::actor& node::directory() const noexcept {
  return impl_->directory();
}

starter node::on(std::string where, std::string type, caf::message args) const {
  auto run = [membership = membership(), where, type,
              args](start_desk& desk, const start_context& context,
                    starter::done done) {
    auto explain = [done = std::move(done), where,
                    type](caf::expected<caf::actor> x) {
      if (!x && x.error() == errc::start_timeout)
        x = make_error(
            errc::start_timeout,
            fmt::format("node {} did not start {} in time", where, type));
      done(std::move(x));
    };
    auto ticket = desk.open(context.timeout, std::move(explain));
    auto parent = desk.parent();
    auto fail = [desk, ticket](caf::error& why) mutable {
      desk.failed(ticket, std::move(why));
    };
    auto order = caf::make_message(start_atom_v, type) + args;
    parent->request(membership, caf::infinite, lookup_atom_v, where)
        .then(
            [=](const caf::actor& host) mutable {
              parent->request(host, caf::infinite, std::move(order))
                  .then(
                      [=](const caf::actor& child) mutable {
                        desk.started(
                            ticket,
                            caf::actor_cast<caf::strong_actor_ptr>(child));
                      },
                      fail);
            },
            fail);
  };
  return {{isolation::node, std::move(where)}, std::move(run)};
}

} // namespace troupe
