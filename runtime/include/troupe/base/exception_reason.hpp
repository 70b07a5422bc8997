// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/infer_handle.hpp"
#include "caf/message.hpp"
#include "caf/scheduled_actor.hpp"

namespace troupe {

/// Returns `errc::unhandled_exception` with the exception's own text, which
/// `describe` renders, and the name of its class.
///
/// Serves as the exception handler of an actor; CAF's own prints the text and
/// exits with a bare `sec::runtime_error`.
caf::error exception_reason(std::exception_ptr& x);

/// Returns text and class of an exception as the context of an error.
caf::message exception_context(const std::exception_ptr& x);

/// Returns whether an actor that ended with `x` ended by an exception.
bool is_exception(const caf::error& x);

/// Returns the name of the class of the exception in `x`, such as
/// `std::runtime_error`; empty if it is not known.
std::string exception_type(const caf::error& x);

/// Returns an actor function that does what `f` does, but exits with
/// `exception_reason` when a handler throws. `f` may still install an exception
/// handler of its own.
template <class... Ts, class F>
auto keeping_reason(F f) {
  using self_type = caf::infer_impl_from_fun_t<F>;
  return [f](self_type* self, const Ts&... args) mutable {
    if constexpr (std::is_base_of_v<caf::scheduled_actor, self_type>)
      self->set_exception_handler(exception_reason);
    if constexpr (std::is_invocable_v<F&, self_type*, const Ts&...>)
      return f(self, args...);
    else
      return f(args...);
  };
}

} // namespace troupe
