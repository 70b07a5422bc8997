// SPDX-License-Identifier: Apache-2.0

#include "supervision/end_notice.hpp"

#include <utility>

#include "caf/abstract_actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/attachable.hpp"
#include "caf/make_message.hpp"
#include "caf/message_id.hpp"

#include "supervision/supervisor_messages.hpp"

namespace troupe {

namespace {

class end_notice final : public caf::attachable {
public:
  end_notice(caf::weak_actor_ptr supervisor, child_ref who)
      : supervisor_(std::move(supervisor)), who_(who) {
    // nop
  }

  void actor_exited(const caf::error& reason,
                    caf::execution_unit* host) override {
    if (auto x = supervisor_.lock())
      x->enqueue(nullptr, caf::make_message_id(),
                 caf::make_message(child_down{who_, reason}), host);
  }

private:
  caf::weak_actor_ptr supervisor_;
  child_ref who_;
};

} // namespace

void notify_of_end(const caf::actor& child, caf::weak_actor_ptr supervisor,
                   child_ref who) {
  caf::actor_cast<caf::abstract_actor*>(child)->attach(
      std::make_unique<end_notice>(std::move(supervisor), who));
}

} // namespace troupe
