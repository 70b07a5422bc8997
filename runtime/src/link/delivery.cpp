// SPDX-License-Identifier: Apache-2.0

#include "link/delivery.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/abstract_actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/sec.hpp"
#include "caf/system_messages.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/dead_letter.hpp"

#include "link/hub.hpp"
#include "link/link_log.hpp"
#include "link/poller.hpp"
#include "link/session.hpp"
#include "link/timed_envelope.hpp"

namespace troupe {

namespace {

/// Reports a message that has got lost; a request is not.
void report_lost(hub& owner, const arrival& x, const caf::error& why,
                 std::string content, const caf::message* message = nullptr) {
  dead_letter lost{.reason = why,
                   .sender = x.sender ? x.sender->id() : caf::invalid_actor_id,
                   .receiver = x.to,
                   .peer = x.from->peer().name,
                   .content = std::move(content)};
  if (message != nullptr)
    report(owner.system(), std::move(lost), *message);
  else
    report(owner.system(), std::move(lost));
}

/// Whether a service of the peer tells one of this node something.
bool is_among_services(hub& owner, const arrival& x) {
  return x.sender && x.sender->node() == x.from->peer().id
         && has_service(owner.own(), x.to)
         && has_service(x.from->peer(), x.sender->id());
}

/// Whether the peer has sent what it should not have sent.
bool is_nonsense(const caf::error& why) {
  return why == errc::bad_payload || why == errc::type_not_allowed
         || why == errc::message_too_large;
}

bool is_blocking(const caf::strong_actor_ptr& x) {
  return x->get()->getf(caf::abstract_actor::is_blocking_flag);
}

/// Answers a request with `why`.
/// @returns whether it was one that can be answered.
bool answer(arrival& x, const caf::error& why) {
  if (!x.id.is_request() || !x.sender)
    return false;
  x.sender->enqueue(nullptr, x.id.response_id(), caf::make_message(why),
                    nullptr);
  return true;
}

} // namespace

void refuse(hub& owner, arrival& x, const caf::error& why,
            std::string_view content) {
  if (is_nonsense(why))
    log_link_line(fmt::format("refused a message of node {}: {}",
                              x.from->peer().name, describe(why)));
  if (!x.id.is_response()) {
    if (!answer(x, why))
      report_lost(owner, x, why, std::string{content});
    return;
  }
  auto waits = owner.requests().erase(*x.from, x.to, x.id);
  auto dest = owner.system().registry().get(x.to);
  if (waits && dest)
    dest->enqueue(std::move(x.sender), x.id, caf::make_message(why), nullptr);
}

void deliver(hub& owner, arrival& x, caf::message content) {
  if (x.id.is_response())
    owner.requests().erase(*x.from, x.to, x.id);
  auto dest = owner.system().registry().get(x.to);
  if (!dest) {
    if (!x.id.is_response() && !answer(x, caf::sec::request_receiver_down)
        && !is_among_services(owner, x))
      report_lost(
          owner, x,
          make_error(errc::unknown_destination,
                     fmt::format("there is no actor {} any more", x.to)),
          {}, &content);
    return;
  }
  caf::mailbox_element_ptr element;
  if (x.deadline && x.id.is_request() && !is_blocking(dest))
    element.reset(new timed_envelope(std::move(x.sender), x.id,
                                     std::move(x.stages), std::move(content),
                                     *x.deadline));
  else
    element = caf::make_mailbox_element(
        std::move(x.sender), x.id, std::move(x.stages), std::move(content));
  std::optional<trace_scope> scope;
  if (x.trace)
    scope.emplace(*x.trace);
  dest->get()->enqueue(std::move(element), poller::context());
}

void deliver_exit(hub& owner, caf::actor_id to, caf::strong_actor_ptr from,
                  caf::error why) {
  if (auto dest = owner.system().registry().get(to))
    dest->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                  caf::make_message(caf::exit_msg{
                      caf::actor_cast<caf::actor_addr>(from), std::move(why)}),
                  nullptr);
}

void attach_monitor(hub& owner, session& peer, caf::actor_id id) {
  auto actor = owner.system().registry().get(id);
  if (!actor) {
    peer.send_down(id, make_error(errc::unknown_destination,
                                  fmt::format("actor {} is gone", id)));
    return;
  }
  actor->get()->attach_functor(
      [self = peer.weak_from_this(), id](const caf::error& why) {
        if (auto strong = self.lock())
          strong->send_down(id, why);
      });
}

} // namespace troupe
