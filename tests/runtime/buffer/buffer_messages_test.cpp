// SPDX-License-Identifier: Apache-2.0

// Buffers between actors of one process.

#include <utility>
#include <vector>

#include "caf/event_based_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "support/deterministic.hpp"

namespace troupe::test {

namespace {

using BufferMessages = deterministic;

// [double_all]
caf::behavior double_all(caf::event_based_actor*) {
  return {
      [](owned_buffer<double>& samples) {
        for (auto& x : samples.span())
          x *= 2;
        return std::move(samples);
      },
  };
}
// [double_all]

} // namespace

TEST_F(BufferMessages, AnArrayIsHandedOverChangedInPlaceAndHandedBack) {
  // [there_and_back]
  auto worker = troupe::spawn(sys, double_all);
  auto samples = make_buffer<double>(sys, 1'000'000);
  ASSERT_TRUE(samples);
  for (auto& x : samples->span())
    x = 21;
  auto address = samples->data();
  auto result = ask<owned_buffer<double>>(worker, std::move(*samples));
  EXPECT_FALSE(*samples) << "the sender has it no more";
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->data(), address) << "nothing was copied";
  // [there_and_back]
  for (auto x : result->span())
    ASSERT_EQ(x, 42);
}

TEST_F(BufferMessages, AFrozenOneIsReadByManyWithoutACopy) {
  std::vector<const double*> seen;
  auto reader = [&](caf::event_based_actor*) -> caf::behavior {
    return {[&](const frozen_buffer<double>& x) { seen.push_back(x.data()); }};
  };
  auto samples = std::move(*make_buffer<double>(sys, 1'000)).freeze();
  for (auto i = 0; i < 3; ++i)
    self()->send(troupe::spawn(sys, reader), samples);
  run();
  EXPECT_EQ(seen, std::vector(3, samples.data()));
}

TEST_F(BufferMessages, AnOwnedOneOfAMessageToTwoReachesOneOfThem) {
  std::vector<bool> got;
  auto taker = [&](caf::event_based_actor*) -> caf::behavior {
    return {
        [&](owned_buffer<double>& x) { got.push_back(x.data() != nullptr); }};
  };
  auto msg = caf::make_message(std::move(*make_buffer<double>(sys, 1'000)));
  self()->send(troupe::spawn(sys, taker), msg);
  self()->send(troupe::spawn(sys, taker), msg);
  run();
  EXPECT_EQ(got, (std::vector{true, false}));
}

TEST_F(BufferMessages, WorkersFillDisjointPartsOfOneArray) {
  auto fill = [](caf::event_based_actor*) -> caf::behavior {
    return {[](owned_buffer<double>& part, double value) {
      for (auto& x : part.span())
        x = value;
      return std::move(part);
    }};
  };
  auto whole = make_buffer<double>(sys, 1'000);
  auto address = whole->data();
  auto parts = std::move(*whole).split(4);
  for (size_t i = 0; i < parts.size(); ++i) {
    auto filled = ask<owned_buffer<double>>(troupe::spawn(sys, fill),
                                            std::move(parts[i]), 1. * i);
    ASSERT_TRUE(filled) << describe(filled.error());
    parts[i] = std::move(*filled);
  }
  auto result = std::move(parts.front());
  for (size_t i = 1; i < parts.size(); ++i)
    ASSERT_FALSE(result.join(std::move(parts[i])));
  EXPECT_EQ(result.data(), address);
  ASSERT_EQ(result.size(), 1'000u);
  EXPECT_EQ(result.span().front(), 0);
  EXPECT_EQ(result.span().back(), 3);
}

} // namespace troupe::test
