// SPDX-License-Identifier: Apache-2.0

#include "remote/actor_host.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/exit_reason.hpp"
#include "caf/monitorable_actor.hpp"
#include "caf/response_promise.hpp"
#include "caf/sec.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/remote/node.hpp"

namespace troupe {

namespace {

/// Returns why `x` has ended if `why` says no more than that it has.
caf::error last_words(const caf::actor& x, caf::error why) {
  if (why != caf::sec::request_receiver_down)
    return why;
  auto ptr = dynamic_cast<caf::monitorable_actor*>(
      caf::actor_cast<caf::abstract_actor*>(x));
  auto reason = ptr != nullptr ? ptr->fail_state() : caf::error{};
  return reason ? reason : why;
}

} // namespace

actor_host::actor_host(caf::actor_config& cfg) : envelope_actor(cfg) {
  set_down_handler([this](const caf::down_msg& x) {
    auto gone = caf::actor_cast<caf::actor>(x.source);
    for (auto& kvp : started_)
      kvp.second.erase(gone);
  });
}

const char* actor_host::name() const {
  return "troupe.actor_host";
}

caf::behavior actor_host::make_behavior() {
  return {[this](const node_event& x) {
    auto i = started_.find(x.id);
    if (x.state == node_state::up || i == started_.end())
      return;
    for (auto& orphan : i->second)
      send_exit(orphan, caf::exit_reason::remote_link_unreachable);
    started_.erase(i);
  }};
}

bool actor_host::take(caf::mailbox_element& x) {
  auto& content = x.content();
  if (!x.sender || !x.mid.is_request() || content.size() < 2
      || !content.match_element<start_atom>(0)
      || !content.match_element<std::string>(1))
    return false;
  start(x);
  return true;
}

void actor_host::start(caf::mailbox_element& x) {
  // The promise takes the sender away.
  auto client = x.sender->node();
  auto promise = make_response_promise();
  auto type = x.content().get_as<std::string>(1);
  auto args = x.move_content_to_message().drop(2);
  auto result = system().spawn<caf::actor>(type, std::move(args));
  if (!result) {
    promise.deliver(make_error(errc::unknown_actor_type,
                               fmt::format("cannot start actor type {}: {}",
                                           type, describe(result.error()))));
    return;
  }
  started_[client].insert(*result);
  monitor(*result);
  // A blocking actor has no init function, and answers nothing by itself.
  auto ptr = caf::actor_cast<caf::abstract_actor*>(*result);
  if (ptr->getf(caf::abstract_actor::is_blocking_flag)) {
    promise.deliver(std::move(*result));
    return;
  }
  // Answered by the actor once its init function has run, or with the reason
  // why there is no actor any more.
  request(*result, caf::infinite, caf::sys_atom_v, caf::get_atom_v, "info")
      .then([=, x = *result](
                caf::ok_atom, const std::string&, const caf::strong_actor_ptr&,
                const std::string&) mutable { promise.deliver(std::move(x)); },
            [=, x = *result](caf::error& why) mutable {
              promise.deliver(last_words(x, std::move(why)));
            });
}

void actor_host::on_exit() {
  for (auto& [client, actors] : started_)
    for (auto& actor : actors)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  started_.clear();
}

} // namespace troupe
