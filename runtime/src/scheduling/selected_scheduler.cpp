// SPDX-License-Identifier: Apache-2.0

#include "scheduling/selected_scheduler.hpp"

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/atom.hpp"
#include "caf/policy/work_sharing.hpp"
#include "caf/policy/work_stealing.hpp"
#include "caf/scheduler/coordinator.hpp"
#include "caf/scheduler/test_coordinator.hpp"

#include "troupe/scheduling/scheduler.hpp"

namespace troupe {

namespace {

caf::actor_system::module* make_selected(caf::actor_system& sys) {
  using caf::policy::work_sharing;
  using caf::policy::work_stealing;
  auto policy =
      caf::get_or(sys.config(), "scheduler.policy", caf::atom("troupe"));
  if (policy == caf::atom("stealing"))
    return new caf::scheduler::coordinator<work_stealing>(sys);
  if (policy == caf::atom("sharing"))
    return new caf::scheduler::coordinator<work_sharing>(sys);
  if (policy == caf::atom("testing"))
    return new caf::scheduler::test_coordinator(sys);
  return scheduler::make(sys, {});
}

} // namespace

void load_selected_scheduler(caf::actor_system_config& cfg) {
  cfg.module_factories.emplace_back(make_selected);
}

} // namespace troupe
