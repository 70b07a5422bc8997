// SPDX-License-Identifier: Apache-2.0

#include "troupe/location/starter.hpp"

#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/scheduled_actor.hpp"
#include "caf/sec.hpp"
#include "caf/type_nr.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"

namespace troupe {

std::string to_string(isolation x) {
  switch (x) {
    case isolation::pooled:
      return "pooled";
    case isolation::thread:
      return "thread";
    case isolation::process:
      return "process";
    case isolation::node:
      return "node";
  }
  return "unknown";
}

void ignore_start(caf::scheduled_actor* self) {
  self->quit(make_error(errc::start_ignored, "declined to start"));
}

} // namespace troupe

namespace troupe::detail {

namespace {

/// Name of `task_batch` in messages; its layer is above this one.
constexpr auto batch_name = "troupe::task_batch";

} // namespace

std::unique_ptr<start_record> make_record(start_desk& desk,
                                          const start_desk::ticket& ticket,
                                          start_context context) {
  auto result = std::make_unique<start_record>();
  result->parent = context.keeper != nullptr
                       ? std::move(context.keeper)
                       : caf::actor_cast<caf::weak_actor_ptr>(desk.parent());
  result->opening() = {caf::actor_cast<caf::strong_actor_ptr>(desk.parent()),
                       ticket.reply_to, ticket.number};
  result->child = std::move(context.child);
  result->generation = context.generation;
  result->checkpoints().newest = std::move(context.checkpoint);
  result->checkpoints().max_bytes = context.max_checkpoint_bytes;
  return result;
}

caf::result<caf::message> decline_unknown(caf::scheduled_actor* self,
                                          caf::message_view& x) {
  // All types of users have the same token.
  if (x.content().type_token() == caf::make_type_token<task_batch>()
      && self->system().types().portable_name(x.content().type(0))
             == batch_name)
    return caf::make_error(caf::sec::unexpected_message);
  return caf::print_and_drop(self, x);
}

} // namespace troupe::detail
