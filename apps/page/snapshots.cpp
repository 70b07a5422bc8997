// SPDX-License-Identifier: Apache-2.0

#include "page/snapshots.hpp"

#include <utility>

#include "caf/error.hpp"
#include "caf/scoped_actor.hpp"

namespace page {

namespace {

using namespace std::chrono_literals;

constexpr auto freshness = 500ms;

/// A node that takes longer is shown as silent.
constexpr auto deadline = 400ms;

constexpr auto patience = 3s;

} // namespace

caf::expected<std::shared_ptr<const troupe::system_snapshot>>
snapshots::latest(caf::actor_system& sys) {
  std::lock_guard lock{mutex_};
  if (last_ && clock::now() - taken_ < freshness)
    return last_;
  caf::scoped_actor self{sys};
  caf::error problem;
  self->request(observer_, patience, troupe::snapshot_atom_v,
                troupe::snapshot_query{.deadline = deadline})
      .receive(
          [&](troupe::system_snapshot& x) {
            last_ =
                std::make_shared<const troupe::system_snapshot>(std::move(x));
            taken_ = clock::now();
          },
          [&](caf::error& x) { problem = std::move(x); });
  if (problem)
    return problem;
  return last_;
}

} // namespace page
