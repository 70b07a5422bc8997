// SPDX-License-Identifier: Apache-2.0

#include "base/random_seed.hpp"

#include <random>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/local_actor.hpp"

namespace troupe {

namespace {

constexpr auto key = "troupe.random-seed";

} // namespace

uint64_t random_seed(const caf::local_actor& self) {
  auto& content = caf::content(self.home_system().config());
  if (auto seed = caf::get_if<int64_t>(&content, key)) {
    // Neighbours in seed and number must not be neighbours in the result.
    auto bits = static_cast<uint64_t>(*seed);
    std::seed_seq mixed{bits, bits >> 32, uint64_t{self.id()}};
    uint32_t parts[2];
    mixed.generate(std::begin(parts), std::end(parts));
    return uint64_t{parts[0]} << 32 | parts[1];
  }
  return std::random_device{}();
}

void repeat_random_choices(caf::actor_system_config& cfg, uint64_t seed) {
  caf::put(cfg.content, key, static_cast<int64_t>(seed));
}

} // namespace troupe
