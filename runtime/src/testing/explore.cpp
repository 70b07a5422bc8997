// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/explore.hpp"

#include <cstdlib>
#include <exception>
#include <string>

#include <fmt/format.h>

#include "troupe/testing/test_failure.hpp"

namespace troupe {

namespace {

constexpr auto variable = "TROUPE_TEST_SEED";

void call(const std::function<void(uint64_t)>& f, uint64_t seed) {
  try {
    f(seed);
  } catch (const std::exception& e) {
    throw test_failure{fmt::format("{}={}: {}", variable, seed, e.what())};
  }
}

} // namespace

void explore(size_t runs, const std::function<void(uint64_t seed)>& f) {
  if (auto text = std::getenv(variable))
    return call(f, std::strtoull(text, nullptr, 10));
  for (uint64_t seed = 1; seed <= runs; ++seed)
    call(f, seed);
}

} // namespace troupe
