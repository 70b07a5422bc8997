// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <utility>
#include <vector>

#include "caf/actor.hpp"
#include "caf/expected.hpp"
#include "caf/message.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/pool/task_options.hpp"

namespace troupe {

/// Sends `xs...` to each worker of `pool` that is up, and asks for the answers
/// that `to` says: with `spread::all` a `std::vector<caf::message>`, by slot,
/// with `spread::first` what that worker answered. Returns what
/// `self->request` returns.
template <class Self, class... Ts>
auto scatter(Self&& self, const caf::actor& pool, caf::timespan timeout,
             spread to, Ts&&... xs) {
  return self->request(pool, timeout, task_options{.to = to},
                       std::forward<Ts>(xs)...);
}

/// As above; the answer is a `std::vector<caf::message>` with the first
/// `quorum` answers that are no errors.
template <class Self, class... Ts>
auto scatter_quorum(Self&& self, const caf::actor& pool, caf::timespan timeout,
                    uint32_t quorum, Ts&&... xs) {
  return self->request(pool, timeout,
                       task_options{.to = spread::quorum, .quorum = quorum},
                       std::forward<Ts>(xs)...);
}

/// Returns the values in the answer to a scattered task, or
/// `errc::bad_payload` if one of them is no `R`.
template <class R>
caf::expected<std::vector<R>> gather(const std::vector<caf::message>& answers) {
  std::vector<R> result;
  for (auto& x : answers) {
    if (!x.match_elements<R>())
      return make_error(errc::bad_payload, "a worker answered " + to_string(x));
    result.push_back(x.get_as<R>(0));
  }
  return result;
}

} // namespace troupe
