// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/explore.hpp"

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "troupe/testing/test_failure.hpp"

namespace troupe {

namespace {

using seeds = std::vector<uint64_t>;

/// Without the variable of the environment, whatever it is outside.
class Explore : public testing::Test {
protected:
  static constexpr auto variable = "TROUPE_TEST_SEED";

  Explore() {
    if (auto text = std::getenv(variable))
      before_ = text;
    unsetenv(variable);
  }

  ~Explore() override {
    if (before_)
      setenv(variable, before_->c_str(), 1);
    else
      unsetenv(variable);
  }

  static seeds explored(size_t runs) {
    seeds result;
    explore(runs, [&](uint64_t seed) { result.push_back(seed); });
    return result;
  }

private:
  std::optional<std::string> before_;
};

} // namespace

TEST_F(Explore, TriesSeedAfterSeed) {
  EXPECT_EQ(explored(3), (seeds{1, 2, 3}));
}

TEST_F(Explore, TriesOnlyTheSeedOfTheEnvironment) {
  setenv(variable, "17", 1);
  EXPECT_EQ(explored(3), seeds{17});
}

TEST_F(Explore, NamesTheSeedThatFails) {
  try {
    explore(5, [](uint64_t seed) {
      if (seed == 3)
        throw std::runtime_error{"lost a message"};
    });
    ADD_FAILURE() << "did not throw";
  } catch (const test_failure& e) {
    EXPECT_EQ(std::string{e.what()}, "TROUPE_TEST_SEED=3: lost a message");
  }
}

} // namespace troupe
