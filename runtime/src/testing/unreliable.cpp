// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/unreliable.hpp"

#include <utility>
#include <variant>

#include "caf/actor_cast.hpp"
#include "caf/actor_clock.hpp"
#include "caf/actor_system.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/make_actor.hpp"
#include "caf/monitorable_actor.hpp"
#include "caf/system_messages.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

class unreliable_way : public caf::monitorable_actor {
public:
  unreliable_way(caf::actor_config& cfg, fault_plan plan,
                 const caf::actor& target)
      : monitorable_actor(cfg),
        plan_(std::move(plan)),
        target_(caf::actor_cast<caf::strong_actor_ptr>(target)) {
    // nop
  }

  using caf::abstract_actor::enqueue;

  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit* host) override {
    if (auto what = plan_.strike(*x))
      std::visit([&](auto& y) { carry_out(y, x); }, *what);
    else
      target_->enqueue(std::move(x), host);
  }

  const char* name() const override {
    return "troupe.unreliable";
  }

private:
  void carry_out(const throws& what, caf::mailbox_element_ptr&) {
    end_target(make_error(errc::unhandled_exception, what.text));
  }

  void carry_out(const quits& what, caf::mailbox_element_ptr&) {
    end_target(what.reason);
  }

  void carry_out(const drops&, caf::mailbox_element_ptr&) {
    // nop
  }

  void carry_out(const delays& what, caf::mailbox_element_ptr& x) {
    auto& clock = home_system().clock();
    clock.schedule_message(clock.now() + what.by, target_, std::move(x));
  }

  void end_target(caf::error reason) {
    target_->enqueue(
        nullptr, caf::make_message_id(caf::message_priority::high),
        caf::make_message(caf::exit_msg{target_->address(), std::move(reason)}),
        nullptr);
  }

  fault_plan plan_;
  caf::strong_actor_ptr target_;
};

} // namespace

caf::actor unreliable(caf::actor_system& sys, fault_plan plan,
                      const caf::actor& target) {
  caf::actor_config cfg;
  auto result = caf::make_actor<unreliable_way, caf::actor>(
      sys.next_actor_id(), sys.node(), &sys, cfg, std::move(plan), target);
  auto weak = caf::actor_cast<caf::weak_actor_ptr>(result);
  target->attach_functor([weak](const caf::error& reason) {
    if (auto x = weak.lock())
      static_cast<unreliable_way*>(x->get())->cleanup(caf::error{reason},
                                                      nullptr);
  });
  return result;
}

} // namespace troupe
