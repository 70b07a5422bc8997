// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/expected.hpp"
#include "caf/result.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/pool/batch_result.hpp"
#include "troupe/pool/detail/mapped_function.hpp"
#include "troupe/scheduling/cancel_token.hpp"

namespace troupe {

namespace detail {

/// Runs `f` over all values of `in`.
template <class F>
caf::result<batch_result> map_batch(caf::event_based_actor* self, F& f,
                                    const task_batch& in) {
  using function = mapped_function<F>;
  using result_type = typename function::result;
  auto xs = in.get<typename function::input>(self->context());
  if (!xs)
    return xs.error();
  constexpr auto gives_nothing = std::is_void_v<result_type>;
  using stored = std::conditional_t<gives_nothing, char, result_type>;
  auto values = std::make_shared<std::vector<stored>>();
  if (!gives_nothing)
    values->reserve(xs->count);
  cancel_token cancel{self};
  batch_result result;
  auto fail = [&](size_t i, caf::error why) {
    result.failures.push_back({.index = i, .input = {}, .reason = why});
    if constexpr (!gives_nothing)
      values->emplace_back();
  };
  auto begin = std::chrono::steady_clock::now();
  for (size_t i = 0; i < xs->count; ++i) {
    if (cancel.requested())
      return make_error(errc::task_cancelled, "the batch was given up");
    try {
      if constexpr (gives_nothing) {
        f((*xs)[i]);
      } else if constexpr (function::may_fail) {
        auto x = f((*xs)[i]);
        if (x)
          values->push_back(std::move(*x));
        else
          fail(i, x.error());
      } else {
        values->push_back(f((*xs)[i]));
      }
    } catch (...) {
      fail(i, failure_of_current_exception());
    }
  }
  result.busy = std::chrono::steady_clock::now() - begin;
  if constexpr (!gives_nothing) {
    auto size = values->size();
    result.values = task_batch::share(std::move(values), 0, size);
  }
  return result;
}

/// Runs `f` over one value.
template <class F, class T>
auto map_one(F& f, const T& x)
    -> caf::result<typename mapped_function<F>::result> {
  try {
    if constexpr (std::is_void_v<typename mapped_function<F>::result>) {
      f(x);
      return caf::unit;
    } else if constexpr (mapped_function<F>::may_fail) {
      auto result = f(x);
      if (!result)
        return result.error();
      return std::move(*result);
    } else {
      return f(x);
    }
  } catch (...) {
    return failure_of_current_exception();
  }
}

} // namespace detail

/// Returns the behavior of a worker that computes `f` of whatever it is sent:
/// of one value, as any worker does, or of all values of a `task_batch`, which
/// saves `map` the way to the worker and back for each of many tiny tasks.
///
///     caf::behavior root(caf::event_based_actor* self) {
///       return troupe::mapper(self, [](double x) { return std::sqrt(x); });
///     }
///
/// `f` takes one value, by value or by constant reference, and returns a value,
/// a `caf::expected`, or nothing. Types of values need an `inspect` to go to
/// another process, and a default constructor. What `f` throws fails its task
/// alone with `errc::task_failed` and the text; the worker goes on. Between two
/// values of a batch the worker looks at its cancel token.
template <class F>
caf::behavior mapper(caf::event_based_actor* self, F f) {
  using input = typename detail::mapped_function<F>::input;
  auto function = std::make_shared<F>(std::move(f));
  return {
      [self, function](const task_batch& xs) {
        return detail::map_batch(self, *function, xs);
      },
      [function](const input& x) { return detail::map_one(*function, x); },
  };
}

} // namespace troupe
