// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/start_record.hpp"

#include <utility>

#include "caf/local_actor.hpp"
#include "caf/mailbox_element.hpp"

namespace troupe::detail {

void start_record::acknowledge(caf::actor_control_block* self,
                               const caf::error& why,
                               caf::execution_unit* host) {
  auto dest = std::exchange(waiting, nullptr);
  if (dest == nullptr)
    return;
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
