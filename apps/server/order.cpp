// SPDX-License-Identifier: Apache-2.0

#include "order.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "web/fields.hpp"

namespace server_app {

namespace {

using nlohmann::json;
using web::fields;
using web::problem;

/// How long an order may take, and takes if it does not say.
struct deadline_range {
  caf::timespan usual;
  caf::timespan last;
};

constexpr deadline_range waiting{std::chrono::seconds{30}, max_wait};
constexpr deadline_range job{std::chrono::minutes{10}, max_job};

simulation read_simulation(fields& in) {
  simulation result;
  result.particles =
      static_cast<uint64_t>(in.whole("particles", 1'000, 1, 1'000'000));
  result.steps = static_cast<uint64_t>(in.whole("steps", 100, 1, 1'000'000));
  result.dt = in.positive("dt", 0.01, 1);
  result.seed = static_cast<uint64_t>(in.whole("seed", 1, 0, INT64_MAX));
  if (auto most = max_particle_steps / result.particles; result.steps > most)
    in.refuse("steps",
              fmt::format("1 to {} for {} particles", most, result.particles));
  return result;
}

caf::timespan read_deadline(fields& in, deadline_range range) {
  return in.seconds("deadline_s", range.usual, range.last);
}

order_or_problem finish(const fields& in, order x) {
  if (auto what = in.finish())
    return *what;
  return x;
}

order_or_problem simulate_order(const json& x, std::string path,
                                deadline_range range) {
  fields in{x, std::move(path)};
  order result{.kind = order_kind::simulate, .what = read_simulation(in)};
  result.deadline = read_deadline(in, range);
  return finish(in, std::move(result));
}

order_or_problem fib_order(const json& x, std::string path,
                           deadline_range range) {
  fields in{x, std::move(path)};
  fib_batch what{{in.whole("n", std::nullopt, 0, max_n)}};
  order result{.kind = order_kind::fib, .what = std::move(what)};
  result.deadline = read_deadline(in, range);
  return finish(in, std::move(result));
}

std::string element(const std::string& path, size_t index) {
  return fmt::format("{}inputs[{}]", path.empty() ? "" : path + ".", index);
}

order_or_problem map_fib_order(const json& x, std::string path,
                               deadline_range range) {
  fields in{x, path};
  fib_batch what;
  size_t index = 0;
  for (auto& input : in.array("inputs", 1, max_inputs)) {
    auto name = element(path, index++);
    auto n = web::to_whole(input);
    if (!n || *n < 0 || *n > max_n)
      return web::wrong_field(
          std::move(name), input,
          fmt::format("a whole number from 0 to {}", max_n));
    what.n.push_back(*n);
  }
  order result{.kind = order_kind::map_fib, .what = std::move(what)};
  result.deadline = read_deadline(in, range);
  return finish(in, std::move(result));
}

order_or_problem map_particles_order(const json& x, std::string path,
                                     deadline_range range) {
  fields in{x, path};
  simulation_batch what;
  uint64_t total = 0;
  size_t index = 0;
  for (auto& input : in.array("inputs", 1, max_inputs)) {
    auto name = element(path, index++);
    fields one{input, name};
    what.inputs.push_back(read_simulation(one));
    total += what.inputs.back().particles * what.inputs.back().steps;
    if (total > max_particle_steps)
      one.refuse("steps", fmt::format("fewer: all inputs together may have {} "
                                      "steps of a particle",
                                      max_particle_steps));
    if (auto wrong = one.finish())
      return *wrong;
  }
  order result{.kind = order_kind::map_particles, .what = std::move(what)};
  result.deadline = read_deadline(in, range);
  return finish(in, std::move(result));
}

order_or_problem order_of(order_kind kind, const json& x, std::string path,
                          deadline_range range) {
  switch (kind) {
    case order_kind::simulate:
      return simulate_order(x, std::move(path), range);
    case order_kind::fib:
      return fib_order(x, std::move(path), range);
    case order_kind::map_fib:
      return map_fib_order(x, std::move(path), range);
    case order_kind::map_particles:
      return map_particles_order(x, std::move(path), range);
  }
  return problem{.status = 500, .detail = "an unknown kind of order"};
}

std::optional<order_kind> kind_named(std::string_view name) {
  for (auto x : {order_kind::simulate, order_kind::fib, order_kind::map_fib,
                 order_kind::map_particles})
    if (to_string(x) == name)
      return x;
  return std::nullopt;
}

order_or_problem parse(order_kind kind, std::string_view body) {
  auto parsed = web::parse_body(body);
  if (auto* what = std::get_if<problem>(&parsed))
    return *what;
  return order_of(kind, std::get<json>(parsed), {}, waiting);
}

} // namespace

std::string to_string(order_kind x) {
  switch (x) {
    case order_kind::simulate:
      return "simulate";
    case order_kind::fib:
      return "fib";
    case order_kind::map_fib:
      return "map/fib";
    case order_kind::map_particles:
      return "map/particles";
  }
  return "unknown";
}

order_or_problem parse_simulate(std::string_view body) {
  return parse(order_kind::simulate, body);
}

order_or_problem parse_fib(std::string_view body) {
  return parse(order_kind::fib, body);
}

order_or_problem parse_map(std::string_view type, std::string_view body) {
  auto kind = kind_named(fmt::format("map/{}", type));
  if (!kind)
    return problem{.status = 404,
                   .detail = "there is no such actor type, the types are fib "
                             "and particles",
                   .field = "type",
                   .value = std::string{type},
                   .allowed = "fib, particles"};
  return parse(*kind, body);
}

order_or_problem parse_job(std::string_view body) {
  auto parsed = web::parse_body(body);
  if (auto* what = std::get_if<problem>(&parsed))
    return *what;
  fields in{std::get<json>(parsed), {}};
  auto kind = kind_named(
      in.text("kind", {"simulate", "fib", "map/fib", "map/particles"}));
  auto& input = in.any("input");
  if (auto what = in.finish())
    return *what;
  return order_of(*kind, input, "input", job);
}

} // namespace server_app
