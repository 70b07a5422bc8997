// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/start_record.hpp"

#include <string>
#include <utility>

#include "caf/abstract_actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/local_actor.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/system_messages.hpp"
#include "caf/type_nr.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/exit_origin.hpp"

namespace troupe::detail {

namespace {

bool has_ended(const caf::abstract_actor& x) {
  return x.getf(caf::abstract_actor::is_terminated_flag);
}

std::string name_of(const caf::strong_actor_ptr& x,
                    const caf::actor_control_block& self) {
  auto result = "actor " + std::to_string(x->id());
  if (x->node() != self.node())
    result += " of node " + to_string(x->node());
  return result;
}

} // namespace

void start_record::note(const caf::mailbox_element& x,
                        const caf::actor_control_block& self) {
  auto& content = x.content();
  if (content.type_token() != caf::make_type_token<caf::exit_msg>())
    return;
  auto& msg = content.get_as<caf::exit_msg>(0);
  if (!msg.reason)
    return;
  exit_origin result;
  auto source = caf::actor_cast<caf::strong_actor_ptr>(msg.source);
  if (source == nullptr)
    // It is gone: what it sent was its last word to those linked to it.
    result.how = exit_origin::kind::link;
  else if (source.get() == &self)
    result.how = exit_origin::kind::message;
  else
    result = {has_ended(*source->get()) ? exit_origin::kind::link
                                        : exit_origin::kind::message,
              name_of(source, self)};
  need_rest().last_exit.reset(new exit_note{std::move(result), msg.reason});
}

void start_record::ended(caf::actor_control_block* self, const caf::error& why,
                         caf::execution_unit* host) {
  if (auto x = exit(); x != nullptr && x->reason != why)
    rest_->last_exit.reset();
  // Who starts it on behalf of somebody elsewhere could only give a dead handle
  // away.
  if (!why && rest_ != nullptr && rest_->start.waiting != nullptr
      && parent.get() != rest_->start.waiting.get())
    acknowledge(self, make_error(errc::start_failed, "it ended at once"), host);
  else
    acknowledge(self, why, host);
}

void start_record::acknowledge(caf::actor_control_block* self,
                               const caf::error& why,
                               caf::execution_unit* host) {
  if (rest_ == nullptr || rest_->start.waiting == nullptr)
    return;
  auto [dest, reply_to, number] = std::exchange(rest_->start, {});
  auto& kept = rest_->snapshots;
  if (rest_->last_exit == nullptr && kept.newest.empty()
      && kept.max_bytes == default_checkpoint_bytes)
    rest_.reset();
  caf::strong_actor_ptr sender{self};
  if (!why)
    dest->enqueue(
        caf::make_mailbox_element(std::move(sender), reply_to, {}, number),
        host);
  else
    dest->enqueue(
        caf::make_mailbox_element(std::move(sender), reply_to, {}, number, why),
        host);
}

start_record* record_of(caf::local_actor* self) noexcept {
  auto ptr = dynamic_cast<started_actor*>(self);
  return ptr != nullptr ? ptr->record() : nullptr;
}

} // namespace troupe::detail

namespace troupe {

exit_origin exit_origin_of(const caf::actor& x) {
  if (!x)
    return {};
  auto ptr = caf::actor_cast<caf::abstract_actor*>(x);
  if (!ptr->getf(caf::abstract_actor::is_terminated_flag))
    return {};
  auto started = dynamic_cast<detail::started_actor*>(ptr);
  auto record = started != nullptr ? started->record() : nullptr;
  auto note = record != nullptr ? record->exit() : nullptr;
  return note != nullptr ? note->origin : exit_origin{};
}

} // namespace troupe
