// SPDX-License-Identifier: Apache-2.0

// How a connection begins.

#include <random>
#include <utility>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "link/connection.hpp"
#include "link/hub.hpp"
#include "link/link_log.hpp"
#include "link/session.hpp"

namespace troupe {

namespace {

uint64_t random_session_id() {
  std::random_device source;
  return std::uniform_int_distribution<uint64_t>{}(source);
}

} // namespace

connection::connection(std::shared_ptr<hub> owner, destination to)
    : hub_(std::move(owner)),
      role_(connection_role::dialed),
      destination_(std::move(to)),
      new_session_id_(random_session_id()),
      born_(time_point::clock::now()),
      last_tick_(born_),
      last_heartbeat_(born_) {
  // nop
}

void connection::ready() {
  lock guard{mtx_};
  ready_ = true;
  if (role_ == connection_role::dialed && state_ == state::greeting) {
    wire::Frame frame;
    *frame.mutable_hello() = to_greeting(hub_->own());
    auto& hello = *frame.mutable_hello();
    hello.set_token(hub_->own().token);
    hello.set_session(new_session_id_);
    if (auto& former = destination_.resumes) {
      hello.set_session(former->id());
      hello.set_resumes(true);
      hello.set_received(former->last_received());
    }
    frames_.push_back(std::move(frame));
  }
  pump(guard);
}

void connection::greeted(const wire::Frame& x) {
  if (role_ == connection_role::accepted && x.has_hello()) {
    static_cast<void>(accept(x.hello()));
  } else if (role_ == connection_role::dialed && x.has_welcome()) {
    if (auto err = accept(x.welcome()))
      abort(std::move(err));
  } else if (role_ == connection_role::dialed && x.has_refusal()) {
    refused(x.refusal());
  } else {
    auto why = make_error(errc::not_a_troupe_peer,
                          "the peer did not begin with a greeting");
    log_link_line(describe(why));
    abort(std::move(why));
  }
}

caf::error connection::accept(const wire::Greeting& x) {
  // Nobody else looks at `peer_` before the hub has admitted it.
  hub::verdict verdict{from_greeting(x, peer_)};
  if (!verdict.refused)
    verdict = hub_->admit(role_, peer_, certified_names(),
                          {x.session(), x.resumes()});
  if (!verdict.refused)
    verdict.refused = enter(x, std::move(verdict.admitted));
  if (verdict.refused) {
    if (role_ == connection_role::accepted)
      refuse(verdict.refused, verdict.try_again);
    return verdict.refused;
  }
  {
    lock guard{mtx_};
    state_ = state::open;
    if (role_ == connection_role::accepted) {
      wire::Frame frame;
      *frame.mutable_welcome() = to_greeting(hub_->own());
      auto& welcome = *frame.mutable_welcome();
      welcome.set_session(x.session());
      welcome.set_resumes(x.resumes());
      welcome.set_received(session_->last_received());
      frames_.push_back(std::move(frame));
    }
    pump(guard);
  }
  if (x.resumes())
    restore();
  else
    hub_->announce(peer_);
  lock guard{mtx_};
  detector_.emplace(hub_->options().detection, time_point::clock::now());
  opened_ = true;
  changed_.notify_all();
  return {};
}

/// Takes the session that the hub has found or made.
caf::error connection::enter(const wire::Greeting& x,
                             std::shared_ptr<session> admitted) {
  if (role_ == connection_role::dialed
      && x.resumes() != (destination_.resumes != nullptr))
    return make_error(errc::not_a_troupe_peer,
                      "the peer answers for another session");
  session_ = std::move(admitted);
  if (x.resumes())
    return session_->resume(shared_from_this(), x.received());
  session_->attach(shared_from_this(), destination_.address);
  return {};
}

void connection::refused(const wire::Refusal& x) {
  auto code = static_cast<errc>(x.code());
  if (to_string(code) == "unknown_errc")
    code = errc::not_a_troupe_peer;
  lock guard{mtx_};
  failure_ = make_error(code, x.text());
  try_again_ = x.try_again();
  refused_by_ = parse_node_bytes(x.node());
  state_ = state::closing;
  pump(guard);
}

void connection::refuse(const caf::error& why, bool try_again) {
  // Otherwise nothing is wrong: both sides have dialled, or one was restarted.
  if (!try_again)
    log_link_line(
        fmt::format("refused node {}: {}", peer_.name, describe(why)));
  wire::Frame frame;
  frame.mutable_refusal()->set_code(why.code());
  frame.mutable_refusal()->set_text(describe(why));
  frame.mutable_refusal()->set_try_again(try_again);
  frame.mutable_refusal()->set_node(node_bytes(hub_->own().id));
  lock guard{mtx_};
  failure_ = why;
  state_ = state::closing;
  frames_.push_back(std::move(frame));
  pump(guard);
}

std::vector<std::string> connection::certified_names() {
  lock guard{mtx_};
  if (transport_ == nullptr)
    return {};
  return transport_->certified_names();
}

connection::outcome connection::await_open(caf::timespan timeout) {
  lock guard{mtx_};
  auto done = [this] { return opened_ || state_ == state::closed; };
  if (!changed_.wait_for(guard, timeout, done))
    return {make_error(errc::peer_unreachable, "no answer in time"),
            false,
            {},
            true};
  if (opened_)
    return {};
  return {failure_, try_again_, refused_by_, false};
}

} // namespace troupe
