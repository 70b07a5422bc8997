// SPDX-License-Identifier: Apache-2.0

#include "shared_forces.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "troupe/actors/nbody.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"

#include "common/join_parts.hpp"
#include "common/perform.hpp"
#include "common/refuse.hpp"

namespace nbody {

namespace {

/// Particles that the kernel computes at once; also full cache lines.
constexpr size_t unit = 64;

} // namespace

std::vector<part> cut(size_t count, size_t workers) {
  auto wanted = std::max<size_t>(workers, 1);
  auto size = (count + wanted - 1) / wanted;
  size = (size + unit - 1) / unit * unit;
  std::vector<part> result;
  for (size_t begin = 0; begin < count; begin += size)
    result.push_back({begin, std::min(begin + size, count)});
  return result;
}

shared_forces::shared_forces(app::workshop& shop, double softening,
                             std::function<void()> tell)
    : shop_(shop), softening_(softening), tell_(std::move(tell)) {
  // nop
}

std::span<const double> shared_forces::compute(std::span<const double> bodies) {
  auto count = bodies.size() / 4;
  auto places = troupe::copy_to_buffer<double>(shop_.system(), bodies);
  if (!places) {
    fail(places.error());
    return {};
  }
  auto frozen = std::move(*places).freeze();
  if (!make(count))
    return {};
  auto tasks = cut(count, shop_.ready());
  // The courier may outlive this call if the run breaks off.
  auto parts = std::make_shared<std::vector<buffer>>();
  for (auto& task : tasks) {
    auto rest =
        forces_.split_at((task.end - task.begin) * troupe::nbody_force_size);
    parts->push_back(std::exchange(forces_, std::move(rest)));
  }
  auto task_of = [=, softening = softening_](size_t i) {
    return caf::make_message(frozen, uint64_t{tasks[i].begin},
                             uint64_t{tasks[i].end}, softening,
                             std::move((*parts)[i]));
  };
  std::vector<buffer> results(tasks.size());
  auto right = true;
  auto take = [&](size_t i, buffer x) {
    right =
        right
        && x.size()
               == (tasks[i].end - tasks[i].begin) * troupe::nbody_force_size;
    results[i] = std::move(x);
  };
  auto tell = [this](size_t) { tell_(); };
  code_ = app::perform<buffer>(shop_,
                               {.tasks = tasks.size(),
                                .make = task_of,
                                .window = tasks.size(),
                                .how = app::making::prompt},
                               take, tell);
  if (code_ != app::exit_code::ok)
    return {};
  if (!right) {
    code_ = app::refuse(app::exit_code::failed,
                        "a worker gave forces of another number of particles");
    return {};
  }
  auto joined = app::join_parts(shop_.system(), std::move(results),
                                count * troupe::nbody_force_size);
  if (!joined) {
    fail(joined.error());
    return {};
  }
  forces_ = std::move(*joined);
  return forces_.span();
}

bool shared_forces::fail(const caf::error& why) {
  code_ = app::refuse(app::exit_code::failed, troupe::describe(why));
  return false;
}

/// Sees to it that there is memory for all forces.
bool shared_forces::make(size_t count) {
  auto size = count * troupe::nbody_force_size;
  if (forces_.size() == size)
    return true;
  auto made = troupe::make_buffer<double>(shop_.system(), size);
  if (!made)
    return fail(made.error());
  forces_ = std::move(*made);
  return true;
}

} // namespace nbody
