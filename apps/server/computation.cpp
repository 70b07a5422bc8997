// SPDX-License-Identifier: Apache-2.0

#include "computation.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "caf/timespan.hpp"

#include "troupe/actors/particles.hpp"

namespace server_app {

namespace {

using nlohmann::json;
using troupe::particle_sums;
using troupe::particle_task;

/// Steps of a particle in one task: some milliseconds.
constexpr uint64_t steps_per_task = 1'000'000;

double in_seconds(caf::timespan x) {
  return std::chrono::duration<double>{x}.count();
}

std::string numbered(const char* array, size_t index) {
  return array + ("[" + std::to_string(index) + "]");
}

class fib_computation : public computation {
public:
  fib_computation(order_kind kind, fib_batch what)
      : kind_(kind), n_(std::move(what.n)), values_(n_.size()) {
    // nop
  }

  size_t tasks() const override {
    return n_.size();
  }

  void ask(caf::event_based_actor* self, const caf::actor& pool, size_t task,
           done f) override {
    self->request(pool, caf::infinite, n_[task])
        .then(
            [this, task, f](uint64_t value, caf::timespan took) {
              values_[task] = value;
              busy_ += took;
              f({});
            },
            f);
  }

  json result() const override {
    if (kind_ == order_kind::fib)
      return {{"n", n_[0]}, {"fib", values_[0]}, {"busy_s", in_seconds(busy_)}};
    return {{"results", values_}, {"busy_s", in_seconds(busy_)}};
  }

  std::string task_name(size_t task) const override {
    return kind_ == order_kind::fib ? "" : numbered("inputs", task);
  }

private:
  order_kind kind_;
  std::vector<int64_t> n_;
  std::vector<uint64_t> values_;
  caf::timespan busy_{0};
};

/// The tasks of a simulation.
std::vector<particle_task> cut(const simulation& x) {
  std::vector<particle_task> result;
  auto count = std::max<uint64_t>(steps_per_task / x.steps, 1);
  for (uint64_t first = 0; first < x.particles; first += count)
    result.push_back({.seed = x.seed,
                      .first = first,
                      .count = std::min(count, x.particles - first),
                      .steps = x.steps,
                      .dt = x.dt});
  return result;
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

class simulation_computation : public computation {
public:
  simulation_computation(order_kind kind, std::vector<simulation> inputs)
      : kind_(kind) {
    for (auto& x : inputs) {
      for (auto& task : cut(x))
        tasks_.push_back({inputs_.size(), task, {}});
      inputs_.push_back({x, caf::timespan{0}});
    }
  }

  size_t tasks() const override {
    return tasks_.size();
  }

  void ask(caf::event_based_actor* self, const caf::actor& pool, size_t task,
           done f) override {
    self->request(pool, caf::infinite, tasks_[task].what)
        .then(
            [this, task, f](const particle_sums& sums, caf::timespan took) {
              tasks_[task].sums = sums;
              inputs_[tasks_[task].input].busy += took;
              f({});
            },
            f);
  }

  json result() const override {
    std::vector<particle_sums> sums(inputs_.size());
    for (auto& x : tasks_)
      sums[x.input] += x.sums;
    if (kind_ == order_kind::simulate) {
      auto result = to_json(inputs_[0].what, sums[0], inputs_[0].busy);
      result["tasks"] = tasks_.size();
      return result;
    }
    json results = json::array();
    caf::timespan busy{0};
    for (size_t i = 0; i < inputs_.size(); ++i) {
      results.push_back(to_json(inputs_[i].what, sums[i], inputs_[i].busy));
      busy += inputs_[i].busy;
    }
    return {{"results", std::move(results)}, {"busy_s", in_seconds(busy)}};
  }

  std::string task_name(size_t task) const override {
    return kind_ == order_kind::simulate
               ? ""
               : numbered("inputs", tasks_[task].input);
  }

private:
  struct piece {
    size_t input;
    particle_task what;
    particle_sums sums;
  };

  struct input {
    simulation what;
    caf::timespan busy;
  };

  order_kind kind_;
  std::vector<piece> tasks_;
  std::vector<input> inputs_;
};

} // namespace

std::unique_ptr<computation> make_computation(const order& x) {
  struct visitor {
    order_kind kind;

    std::unique_ptr<computation> operator()(const simulation& what) {
      return std::make_unique<simulation_computation>(kind, std::vector{what});
    }

    std::unique_ptr<computation> operator()(const fib_batch& what) {
      return std::make_unique<fib_computation>(kind, what);
    }

    std::unique_ptr<computation> operator()(const simulation_batch& what) {
      return std::make_unique<simulation_computation>(kind, what.inputs);
    }
  };
  return std::visit(visitor{x.kind}, x.what);
}

} // namespace server_app
