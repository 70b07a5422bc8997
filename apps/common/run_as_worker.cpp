// SPDX-License-Identifier: Apache-2.0

#include "common/run_as_worker.hpp"

#include "troupe/actors/all.hpp"
#include "troupe/config.hpp"
#include "troupe/process/run_as_worker.hpp"

namespace app {

std::optional<int> run_as_worker(int argc, const char* const* argv) {
  troupe::config cfg;
  troupe::add_actor_types(cfg);
  return troupe::run_as_worker(cfg, argc, argv);
}

} // namespace app
