// SPDX-License-Identifier: Apache-2.0

#include "computation.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace server_app {

namespace {

using nlohmann::json;
using troupe::particle_sums;

/// Steps of a particle in one task: some milliseconds.
constexpr uint64_t steps_per_task = 1'000'000;

double in_seconds(caf::timespan x) {
  return std::chrono::duration<double>{x}.count();
}

/// Particles of a simulation in one task.
uint64_t particles_per_task(const simulation& x) {
  return std::max<uint64_t>(steps_per_task / x.steps, 1);
}

uint64_t task_count(const simulation& x) {
  auto count = particles_per_task(x);
  return (x.particles + count - 1) / count;
}

void cut(const simulation& x, std::vector<compute_task>& to) {
  auto count = particles_per_task(x);
  for (uint64_t first = 0; first < x.particles; first += count)
    to.push_back({.what = compute_task::kind::particles,
                  .particles = {.seed = x.seed,
                                .first = first,
                                .count = std::min(count, x.particles - first),
                                .steps = x.steps,
                                .dt = x.dt}});
}

json to_json(const simulation& x, const particle_sums& sums,
             caf::timespan busy) {
  auto n = static_cast<double>(x.particles);
  return {{"particles", x.particles},
          {"steps", x.steps},
          {"dt", x.dt},
          {"seed", x.seed},
          {"time", static_cast<double>(x.steps) * x.dt},
          {"centre_of_mass", {sums.x / n, sums.y / n, sums.z / n}},
          {"momentum", {sums.vx, sums.vy, sums.vz}},
          {"energy", sums.energy},
          {"bounces", sums.bounces},
          {"busy_s", in_seconds(busy)}};
}

/// Takes the results of a simulation's tasks from `next` on.
json take(const simulation& x, const std::vector<compute_result>& results,
          size_t& next) {
  particle_sums sums;
  caf::timespan busy{0};
  for (auto end = next + task_count(x); next < end; ++next) {
    sums += results[next].sums;
    busy += results[next].busy;
  }
  return to_json(x, sums, busy);
}

caf::timespan total_time(const std::vector<compute_result>& xs) {
  caf::timespan result{0};
  for (auto& x : xs)
    result += x.busy;
  return result;
}

} // namespace

std::vector<compute_task> cut(const order& x) {
  struct visitor {
    std::vector<compute_task> result = {};

    void operator()(const simulation& what) {
      cut(what, result);
    }

    void operator()(const fib_batch& what) {
      for (auto n : what.n)
        result.push_back({.what = compute_task::kind::fib, .n = n});
    }

    void operator()(const simulation_batch& what) {
      for (auto& input : what.inputs)
        cut(input, result);
    }
  } visit;
  std::visit(visit, x.what);
  return std::move(visit.result);
}

json answer_to(const order& x, const std::vector<compute_result>& results) {
  struct visitor {
    order_kind kind;
    const std::vector<compute_result>& results;

    json operator()(const simulation& what) {
      size_t next = 0;
      auto answer = take(what, results, next);
      answer["tasks"] = results.size();
      return answer;
    }

    json operator()(const fib_batch& what) {
      auto busy = in_seconds(total_time(results));
      if (kind == order_kind::fib)
        return {{"n", what.n[0]}, {"fib", results[0].fib}, {"busy_s", busy}};
      auto values = json::array();
      for (auto& y : results)
        values.push_back(y.fib);
      return {{"results", std::move(values)}, {"busy_s", busy}};
    }

    json operator()(const simulation_batch& what) {
      auto answers = json::array();
      size_t next = 0;
      for (auto& input : what.inputs)
        answers.push_back(take(input, results, next));
      return {{"results", std::move(answers)},
              {"busy_s", in_seconds(total_time(results))}};
    }
  };
  return std::visit(visitor{x.kind, results}, x.what);
}

} // namespace server_app
