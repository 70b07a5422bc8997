// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/dead_letter.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/actor_control_block.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/message_id.hpp"

#include "troupe/base/errc.hpp"

#include "port/payload_text.hpp"

namespace troupe {

namespace {

/// CAF's name of a letter, as it stands among the types of a message.
constexpr auto own_type = "troupe::dead_letter";

/// Whether a letter tells of another one: to report its loss would never end.
bool tells_of_another(const caf::message& x) {
  for (size_t i = 0; i < x.size(); ++i)
    if (x.match_element<dead_letter>(i))
      return true;
  return false;
}

void tell(const caf::strong_actor_ptr& listener, dead_letter&& x) {
  listener->enqueue(nullptr, caf::make_message_id(),
                    caf::make_message(std::move(x)), nullptr);
}

} // namespace

std::string describe(const dead_letter& x) {
  auto sender = x.sender == caf::invalid_actor_id
                    ? std::string{}
                    : fmt::format(" from {}", x.sender);
  auto node = x.peer.empty() ? "" : " of node " + x.peer;
  return fmt::format("{}{} to {}{}: {}", x.content, sender, x.receiver, node,
                     describe(x.reason));
}

void report(caf::actor_system& sys, dead_letter lost,
            const caf::message& content) {
  auto listener = sys.registry().get(dead_letter_listener);
  if (!listener || tells_of_another(content))
    return;
  lost.content = port::payload_text(content);
  tell(listener, std::move(lost));
}

void report(caf::actor_system& sys, dead_letter lost) {
  auto listener = sys.registry().get(dead_letter_listener);
  if (listener && lost.content.find(own_type) == std::string::npos)
    tell(listener, std::move(lost));
}

} // namespace troupe
