// SPDX-License-Identifier: Apache-2.0

#include "remote/actor_host.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/exit_reason.hpp"
#include "caf/response_promise.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/remote/node.hpp"

namespace troupe {

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
  promise.deliver(std::move(*result));
}

void actor_host::on_exit() {
  for (auto& [client, actors] : started_)
    for (auto& actor : actors)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  started_.clear();
}

} // namespace troupe
