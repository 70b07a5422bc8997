// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "caf/meta/type_name.hpp"
#include "caf/timespan.hpp"

#include "troupe/actors/particles.hpp"

namespace server_app {

/// What an order is cut into: particles to simulate, or a Fibonacci number.
struct compute_task {
  enum class kind : uint8_t { fib = 1, particles };

  kind what = kind::fib;
  int64_t n = 0;
  troupe::particle_task particles = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, compute_task& x) {
  return f(caf::meta::type_name("server::task"), x.what, x.n, x.particles);
}

/// What has come of a task, in the field of its kind.
struct compute_result {
  uint64_t fib = 0;
  troupe::particle_sums sums = {};

  /// Time that the task took.
  caf::timespan busy{0};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, compute_result& x) {
  return f(caf::meta::type_name("server::result"), x.fib, x.sums, x.busy);
}

} // namespace server_app
