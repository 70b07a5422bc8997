// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <type_traits>
#include <utility>

#include "caf/actor_config.hpp"
#include "caf/infer_handle.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/scheduled_actor.hpp"

#include "troupe/scheduling/intercepting.hpp"
#include "troupe/testing/fault_plan.hpp"

namespace troupe {

namespace detail {

/// Does to `x` what `plan` says.
/// @returns whether `x` is not to be handled now.
bool strike(caf::scheduled_actor& self, fault_plan& plan,
            caf::mailbox_element& x);

} // namespace detail

/// An actor of the event-based class `Base` that fails as a plan says, and else
/// is a `Base`: `pooled<faulty_actor<disk>>(plan, ...)`.
template <class Base>
class faulty_actor : public intercepting<Base> {
public:
  static_assert(std::is_base_of_v<caf::scheduled_actor, Base>,
                "faults need an event-based actor");

  /// Of a function, see `faulty`.
  explicit faulty_actor(caf::actor_config& cfg) : intercepting<Base>(cfg) {
    // nop
  }

  template <class... Ts>
  faulty_actor(caf::actor_config& cfg, fault_plan plan, Ts&&... xs)
      : intercepting<Base>(cfg, std::forward<Ts>(xs)...),
        plan_(std::move(plan)) {
    // nop
  }

  void follow(fault_plan plan) {
    plan_ = std::move(plan);
  }

protected:
  bool take(caf::mailbox_element& x) override {
    return detail::strike(*this, plan_, x);
  }

  void skipped(const caf::mailbox_element& x) override {
    plan_.exempt(x);
  }

private:
  fault_plan plan_;
};

/// Returns an actor function that does what `f(xs...)` does, but fails as a
/// plan says: `spawn(faulty(plan, disk))`, `pooled(faulty(plan, disk, path))`.
/// `f` is any function for an event-based actor that
/// `caf::actor_system::spawn` takes.
template <class F, class... Ts>
auto faulty(fault_plan plan, F f, Ts... xs) {
  using trait = caf::infer_handle_from_fun<F>;
  return [=](faulty_actor<typename trait::impl>* self) mutable {
    self->follow(plan);
    if constexpr (trait::mode == caf::spawn_mode::function)
      return f(xs...);
    else
      return f(self, xs...);
  };
}

} // namespace troupe
