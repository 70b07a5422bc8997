// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <type_traits>

#include "caf/error.hpp"
#include "caf/expected.hpp"

namespace troupe::detail {

template <class R>
struct mapped_result {
  using type = R;
  static constexpr bool may_fail = false;
};

template <class R>
struct mapped_result<caf::expected<R>> {
  using type = R;
  static constexpr bool may_fail = true;
};

/// What a function of one value takes and returns.
template <class F>
struct mapped_function;

template <class F>
requires requires {
  &F::operator();
}
struct mapped_function<F> : mapped_function<decltype(&F::operator())> {};

template <class F, class R, class T>
struct mapped_function<R (F::*)(T) const> : mapped_function<R (*)(T)> {};

template <class F, class R, class T>
struct mapped_function<R (F::*)(T)> : mapped_function<R (*)(T)> {};

template <class F, class R, class T>
struct mapped_function<R (F::*)(T) const noexcept> : mapped_function<R (*)(T)> {
};

template <class R, class T>
struct mapped_function<R (*)(T) noexcept> : mapped_function<R (*)(T)> {};

template <class R, class T>
struct mapped_function<R (*)(T)> {
  using input = std::decay_t<T>;
  using result = typename mapped_result<R>::type;
  static constexpr bool may_fail = mapped_result<R>::may_fail;
};

/// Returns the exception that is being handled as `errc::task_failed`.
caf::error failure_of_current_exception();

} // namespace troupe::detail
