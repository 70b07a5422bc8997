// SPDX-License-Identifier: Apache-2.0

#include "link/connection.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/system_messages.hpp"

#include "troupe/base/errc.hpp"

#include "link/codec.hpp"
#include "link/hub.hpp"

namespace troupe {

namespace {

/// Requests that may wait for answers from one peer.
constexpr size_t max_requests = 1'000'000;

caf::error link_lost(const std::string& peer, const std::string& why) {
  return make_error(errc::link_lost,
                    fmt::format("the link to node {} is lost{}{}", peer,
                                why.empty() ? "" : ": ", why));
}

/// Returns the actor that a peer means by `x`, or null.
caf::strong_actor_ptr find_actor(hub& owner, const identity& peer,
                                 const wire::Actor& x) {
  if (x.id() == 0)
    return nullptr;
  if (x.node().empty())
    return owner.proxy(peer.id, x.id());
  auto node = parse_node_bytes(x.node());
  if (node == owner.own().id)
    return owner.system().registry().get(x.id());
  return node ? owner.proxy(node, x.id()) : nullptr;
}

} // namespace

connection::connection(std::shared_ptr<hub> owner, connection_role role)
    : hub_(std::move(owner)),
      role_(role),
      outbox_(hub_->options().max_unsent_bytes) {
  // nop
}

// -- for the transport --------------------------------------------------------

void connection::opening(transport* io) {
  hub_->stream_opened();
  lock guard{mtx_};
  transport_ = io;
}

void connection::ready() {
  lock guard{mtx_};
  ready_ = true;
  if (role_ == connection_role::dialed && state_ == state::greeting) {
    wire::Frame frame;
    *frame.mutable_hello() = to_greeting(hub_->own());
    outbox_.add_frame(std::move(frame));
  }
  pump(guard);
}

void connection::received(const wire::Frame& x) {
  {
    lock guard{mtx_};
    if (state_ == state::closing || state_ == state::closed)
      return;
    if (state_ == state::greeting) {
      guard.unlock();
      greeted(x);
      return;
    }
  }
  switch (x.content_case()) {
    case wire::Frame::kBatch:
      for (auto& envelope : x.batch().envelopes())
        dispatch(envelope);
      break;
    case wire::Frame::kGoodbye: {
      lock guard{mtx_};
      goodbye_ = true;
      state_ = state::closing;
      outbox_.clear();
      pump(guard);
      break;
    }
    default:
      abort(link_lost(peer_.name, "it sent a frame out of turn"));
  }
}

void connection::read_ended() {
  lock guard{mtx_};
  if (state_ != state::closed)
    state_ = state::closing;
  outbox_.clear();
  if (writing_ && transport_ != nullptr)
    transport_->abort();
  pump(guard);
}

void connection::written() {
  lock guard{mtx_};
  writing_ = false;
  pump(guard);
}

void connection::closed(const std::string& why) {
  auto cause = why;
  auto how = peer_change::lost;
  caf::error reason;
  {
    lock guard{mtx_};
    if (goodbye_)
      how = peer_change::left;
    state_ = state::closed;
    transport_ = nullptr;
    if (failure_)
      cause = describe(failure_);
    else
      failure_ = link_lost(peer_.name, why);
    reason = failure_;
    changed_.notify_all();
  }
  fail_requests(reason);
  if (peer_.id)
    hub_->remove(*this, how, reason, cause);
  hub_->stream_closed();
}

// -- handshake ----------------------------------------------------------------

void connection::greeted(const wire::Frame& x) {
  if (role_ == connection_role::accepted && x.has_hello()) {
    static_cast<void>(accept(x.hello()));
  } else if (role_ == connection_role::dialed && x.has_welcome()) {
    if (auto err = accept(x.welcome()))
      abort(std::move(err));
  } else if (role_ == connection_role::dialed && x.has_refusal()) {
    refused(x.refusal());
  } else {
    abort(make_error(errc::not_a_troupe_peer,
                     "the peer did not begin with a greeting"));
  }
}

caf::error connection::accept(const wire::Greeting& x) {
  // Nobody else looks at `peer_` before the hub has admitted it.
  hub::verdict verdict{from_greeting(x, peer_)};
  if (!verdict.refused)
    verdict = hub_->admit(shared_from_this(), peer_);
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
      outbox_.add_frame(std::move(frame));
      pump(guard);
    }
  }
  hub_->announce(peer_);
  lock guard{mtx_};
  opened_ = true;
  changed_.notify_all();
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
  wire::Frame frame;
  frame.mutable_refusal()->set_code(why.code());
  frame.mutable_refusal()->set_text(describe(why));
  frame.mutable_refusal()->set_try_again(try_again);
  frame.mutable_refusal()->set_node(node_bytes(hub_->own().id));
  lock guard{mtx_};
  failure_ = why;
  state_ = state::closing;
  outbox_.add_frame(std::move(frame));
  pump(guard);
}

void connection::handshake_expired() {
  {
    lock guard{mtx_};
    if (state_ != state::greeting)
      return;
  }
  abort(make_error(errc::not_a_troupe_peer,
                   "the peer did not complete the handshake in time"));
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

// -- sending ------------------------------------------------------------------

caf::error connection::send(wire::Envelope&& x) {
  lock guard{mtx_};
  return append(std::move(x), guard);
}

caf::error connection::send_request(wire::Envelope&& x,
                                    caf::strong_actor_ptr sender,
                                    caf::message_id mid) {
  request_key key{sender->id(), mid.response_id()};
  lock guard{mtx_};
  if (requests_.size() >= max_requests)
    return make_error(errc::link_full,
                      fmt::format("{} requests to node {} wait for answers",
                                  requests_.size(), peer_.name));
  // Booked before it is sent: the answer may arrive at any time afterwards.
  requests_.insert_or_assign(
      key, caf::actor_cast<caf::weak_actor_ptr>(std::move(sender)));
  auto err = append(std::move(x), guard);
  if (err) {
    if (!guard.owns_lock())
      guard.lock();
    requests_.erase(key);
  }
  return err;
}

caf::error connection::append(wire::Envelope&& x, lock& guard) {
  if (state_ != state::open)
    return failure_ ? failure_ : link_lost(peer_.name, "");
  if (!outbox_.add(std::move(x)))
    return make_error(errc::link_full,
                      fmt::format("{} bytes wait for node {}, the limit is {}",
                                  outbox_.bytes(), peer_.name,
                                  hub_->options().max_unsent_bytes));
  pump(guard);
  return {};
}

/// Keeps the transport busy. Whoever finds it idle writes outside the lock, so
/// that others can go on filling the next frame.
void connection::pump(lock& guard) {
  if (writing_ || !ready_ || transport_ == nullptr)
    return;
  if (outbox_.take(sending_)) {
    writing_ = true;
    auto io = transport_;
    guard.unlock();
    io->write(&sending_);
  } else if (state_ == state::closing && !finished_) {
    finished_ = true;
    transport_->finish();
  }
}

void connection::leave() {
  lock guard{mtx_};
  if (state_ != state::open)
    return;
  state_ = state::closing;
  goodbye_ = true;
  wire::Frame frame;
  frame.mutable_goodbye();
  outbox_.add_frame(std::move(frame));
  pump(guard);
}

void connection::abort(caf::error why) {
  lock guard{mtx_};
  if (state_ == state::closed)
    return;
  if (!failure_)
    failure_ = std::move(why);
  state_ = state::closing;
  outbox_.clear();
  if (transport_ != nullptr)
    transport_->abort();
  pump(guard);
}

// -- receiving ----------------------------------------------------------------

void connection::dispatch(const wire::Envelope& x) {
  switch (x.kind()) {
    case wire::Envelope::MESSAGE:
      deliver(x);
      break;
    case wire::Envelope::MONITOR:
      monitored(x.to());
      break;
    case wire::Envelope::DOWN:
      hub_->proxies().erase(peer_.id, x.from().id(), decode_error(x.payload()));
      break;
    case wire::Envelope::EXIT: {
      auto dest = hub_->system().registry().get(x.to());
      auto source = find_actor(*hub_, peer_, x.from());
      if (dest)
        dest->enqueue(nullptr,
                      caf::make_message_id(caf::message_priority::high),
                      caf::make_message(caf::exit_msg{
                          caf::actor_cast<caf::actor_addr>(source),
                          decode_error(x.payload())}),
                      nullptr);
      break;
    }
    default:
      abort(link_lost(peer_.name, "it sent an envelope of unknown kind"));
  }
}

void connection::deliver(const wire::Envelope& x) {
  caf::message_id mid{x.message_id()};
  auto dest = hub_->system().registry().get(x.to());
  if (mid.is_response()) {
    lock guard{mtx_};
    requests_.erase({x.to(), mid});
  }
  auto sender = find_actor(*hub_, peer_, x.from());
  auto answer = [&](const caf::error& why) {
    if (sender && mid.is_request())
      sender->enqueue(nullptr, mid.response_id(), caf::make_message(why),
                      nullptr);
  };
  if (!dest) {
    answer(caf::sec::request_receiver_down);
    return;
  }
  auto content =
      x.payload().size() <= hub_->options().max_message_bytes
          ? decode(hub_->system(), hub_->proxies(), x.schema(), x.payload())
          : make_error(errc::message_too_large,
                       fmt::format("{} bytes, the limit is {}",
                                   x.payload().size(),
                                   hub_->options().max_message_bytes));
  if (!content) {
    // A response that does not decode is an error response.
    if (mid.is_response())
      dest->enqueue(sender, mid, caf::make_message(content.error()), nullptr);
    else
      answer(content.error());
    return;
  }
  caf::mailbox_element::forwarding_stack stages;
  for (auto& stage : x.stages())
    if (auto ptr = find_actor(*hub_, peer_, stage))
      stages.push_back(std::move(ptr));
  dest->get()->enqueue(caf::make_mailbox_element(std::move(sender), mid,
                                                 std::move(stages),
                                                 std::move(*content)),
                       nullptr);
}

void connection::monitored(caf::actor_id id) {
  auto send_down = [id](connection& self, const caf::error& why) {
    wire::Envelope down;
    down.set_kind(wire::Envelope::DOWN);
    down.mutable_from()->set_id(id);
    down.set_payload(encode_error(why));
    static_cast<void>(self.send(std::move(down)));
  };
  auto actor = hub_->system().registry().get(id);
  if (!actor) {
    send_down(*this, make_error(errc::unknown_destination,
                                fmt::format("actor {} is gone", id)));
    return;
  }
  actor->get()->attach_functor(
      [self = weak_from_this(), send_down](const caf::error& why) {
        if (auto strong = self.lock())
          send_down(*strong, why);
      });
}

void connection::fail_requests(const caf::error& why) {
  std::map<request_key, caf::weak_actor_ptr> requests;
  {
    lock guard{mtx_};
    requests.swap(requests_);
  }
  for (auto& [key, weak] : requests)
    if (auto sender = caf::actor_cast<caf::strong_actor_ptr>(weak))
      sender->enqueue(nullptr, key.second, caf::make_message(why), nullptr);
}

} // namespace troupe
