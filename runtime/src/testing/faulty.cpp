// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/faulty.hpp"

#include <stdexcept>
#include <utility>
#include <variant>

#include "caf/actor_clock.hpp"
#include "caf/message.hpp"

namespace troupe::detail {

namespace {

class carrier {
public:
  carrier(caf::scheduled_actor& self, fault_plan& plan, caf::mailbox_element& x)
      : self_(self), plan_(plan), x_(x) {
    // nop
  }

  void operator()(const throws& x) {
    throw std::runtime_error{x.text};
  }

  void operator()(const quits& x) {
    self_.quit(x.reason);
  }

  void operator()(const drops&) {
    // nop
  }

  void operator()(const delays& x) {
    auto later = caf::make_mailbox_element(
        x_.sender, x_.mid, std::move(x_.stages), x_.move_content_to_message());
    plan_.exempt(*later);
    self_.clock().schedule_message(self_.clock().now() + x.by,
                                   caf::strong_actor_ptr{self_.ctrl()},
                                   std::move(later));
  }

private:
  caf::scheduled_actor& self_;
  fault_plan& plan_;
  caf::mailbox_element& x_;
};

} // namespace

bool strike(caf::scheduled_actor& self, fault_plan& plan,
            caf::mailbox_element& x) {
  auto what = plan.strike(x);
  if (what)
    std::visit(carrier{self, plan, x}, *what);
  return what.has_value();
}

} // namespace troupe::detail
