// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/all.hpp"

#include "troupe/actors/fib.hpp"

namespace troupe {

void add_actor_types(config& to) {
  to.add_actor_type("fib", fib_worker);
}

std::vector<std::string> actor_type_names() {
  return {"fib"};
}

} // namespace troupe
