// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "troupe/location/starter.hpp"
#include "troupe/process/process.hpp"

#include "common/crew_options.hpp"

namespace app {

/// Returns the starter of each worker of this process. `f` is what stands
/// behind the registered name `type`.
template <class F>
std::vector<troupe::starter> local_workers(const crew_options& x,
                                           const std::string& type, F f) {
  troupe::starter start;
  switch (x.isolation) {
    case troupe::isolation::thread:
      start = troupe::thread(std::move(f));
      break;
    case troupe::isolation::process:
      start = troupe::process(type);
      break;
    case troupe::isolation::pooled:
    case troupe::isolation::node:
      start = troupe::pooled(std::move(f));
      break;
  }
  return std::vector<troupe::starter>(x.workers, start);
}

} // namespace app
