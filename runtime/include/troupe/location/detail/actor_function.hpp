// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "caf/event_based_actor.hpp"
#include "caf/message.hpp"
#include "caf/message_handler.hpp"

#include "troupe/base/exception_reason.hpp"
#include "troupe/location/starter.hpp"

namespace troupe::detail {

/// What a function for an actor that refers to itself takes.
template <class F>
struct actor_function;

template <class F>
requires requires {
  &F::operator();
}
struct actor_function<F> : actor_function<decltype(&F::operator())> {};

template <class F, class R, class Self, class... Ts>
struct actor_function<R (F::*)(Self*, Ts...) const>
    : actor_function<R (*)(Self*, Ts...)> {};

template <class F, class R, class Self, class... Ts>
struct actor_function<R (F::*)(Self*, Ts...)>
    : actor_function<R (*)(Self*, Ts...)> {};

template <class R, class Self, class... Ts>
struct actor_function<R (*)(Self*, Ts...)> {
  using self_type = Self;

  /// Returns a function that does what `f` does in an actor that keeps the text
  /// of its exceptions.
  template <class F>
  static auto with_reason(F f) {
    return [f](Self* self, Ts... args) -> R {
      self->set_exception_handler(exception_reason);
      return f(self, std::move(args)...);
    };
  }

  /// Returns a starter for `f` with the arguments in `args`, or nothing if
  /// they do not fit.
  template <class F>
  static std::optional<starter> bind(const F& f, caf::message args) {
    std::optional<starter> result;
    caf::message_handler take{
        [&](std::decay_t<Ts>... xs) { result = pooled(f, std::move(xs)...); }};
    args.apply(take);
    return result;
  }
};

/// Whether `F` is a function for a cell that refers to itself.
template <class F>
concept starts_cell = requires {
  typename actor_function<F>::self_type;
}
&&std::is_base_of_v<caf::event_based_actor,
                    typename actor_function<F>::self_type>;

} // namespace troupe::detail
