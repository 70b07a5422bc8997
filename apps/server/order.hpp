// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "caf/timespan.hpp"

#include "web/problem.hpp"

namespace server_app {

// What is asked for, as it is read from the body of a request: all fields have
// been checked.

struct simulation {
  uint64_t particles = 1'000;
  uint64_t steps = 100;
  double dt = 0.01;
  uint64_t seed = 1;

  friend bool operator==(const simulation&, const simulation&) = default;
};

/// Fibonacci numbers.
struct fib_batch {
  std::vector<int64_t> n;

  friend bool operator==(const fib_batch&, const fib_batch&) = default;
};

/// Simulations of their own.
struct simulation_batch {
  std::vector<simulation> inputs;

  friend bool operator==(const simulation_batch&,
                         const simulation_batch&) = default;
};

/// Which route, or kind of job, an order came by.
enum class order_kind : uint8_t { simulate = 1, fib, map_fib, map_particles };

/// @relates order_kind
std::string to_string(order_kind x);

struct order {
  order_kind kind = order_kind::simulate;

  std::variant<simulation, fib_batch, simulation_batch> what = {};

  /// Time until it has failed.
  caf::timespan deadline = std::chrono::seconds{30};
};

/// Particles times steps of a simulation, and of all simulations of a batch
/// together.
constexpr uint64_t max_particle_steps = 20'000'000'000;

/// Largest n of a Fibonacci number, the last that fits 64 bits: more than any
/// deadline permits.
constexpr int64_t max_n = 93;

constexpr size_t max_inputs = 10'000;

/// Longest `deadline_s` of a request that waits, and of a job.
constexpr caf::timespan max_wait = std::chrono::minutes{10};
constexpr caf::timespan max_job = std::chrono::hours{24};

using order_or_problem = std::variant<order, web::problem>;

/// Reads the body of `POST /simulate`, as in `{"particles": 1000, "steps":
/// 500, "dt": 0.01, "seed": 1, "deadline_s": 30}`; all fields may be missing.
order_or_problem parse_simulate(std::string_view body);

/// Reads the body of `POST /fib`, as in `{"n": 30}`.
order_or_problem parse_fib(std::string_view body);

/// Reads the body of `POST /map/{type}`, as in `{"inputs": [20, 21, 22]}`.
order_or_problem parse_map(std::string_view type, std::string_view body);

/// Reads the body of `POST /jobs`, as in `{"kind": "fib", "input": {"n":
/// 30}}`, where the input is what the route of that name takes.
order_or_problem parse_job(std::string_view body);

} // namespace server_app
