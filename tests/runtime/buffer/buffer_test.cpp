// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "caf/binary_deserializer.hpp"
#include "caf/binary_serializer.hpp"
#include "caf/make_message.hpp"
#include "caf/message.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"

namespace troupe {

namespace {

struct Buffer : testing::Test {
  template <class T = double>
  owned_buffer<T> make(size_t size) {
    auto result = make_buffer<T>(pool, size);
    EXPECT_TRUE(result);
    return std::move(*result);
  }

  /// Makes a buffer of 0, 1, 2 and so on.
  owned_buffer<double> count_to(size_t size) {
    auto result = make(size);
    auto xs = result.span();
    std::iota(xs.begin(), xs.end(), 0.);
    return result;
  }

  buffer_pool pool;
};

template <class T>
bool is_aligned(T* x) {
  return reinterpret_cast<uintptr_t>(x) % 64 == 0;
}

} // namespace

TEST_F(Buffer, IsAlignedWhateverItsSize) {
  for (size_t size : {1u, 7u, 1'000u, 100'000u, 1'000'000u}) {
    EXPECT_TRUE(is_aligned(make<uint8_t>(size).data())) << size;
    EXPECT_TRUE(is_aligned(make<double>(size).data())) << size;
  }
}

TEST_F(Buffer, IsNeverCopiedByAccident) {
  using buffer = owned_buffer<double>;
  EXPECT_FALSE((std::is_convertible_v<const buffer&, buffer>));
  EXPECT_FALSE((std::is_convertible_v<buffer&, buffer>));
  EXPECT_FALSE((std::is_copy_assignable_v<buffer>));
  EXPECT_TRUE(std::is_nothrow_move_constructible_v<buffer>);
}

TEST_F(Buffer, OfNoElementsHasMemoryAndOneThatWasMovedFromHasNot) {
  auto x = make(0);
  EXPECT_TRUE(x);
  EXPECT_TRUE(x.empty());
  auto y = std::move(x);
  EXPECT_TRUE(y);
  EXPECT_FALSE(x);
  EXPECT_EQ(x.size(), 0u);
  EXPECT_EQ(x.data(), nullptr);
  EXPECT_TRUE(x.span().empty());
  EXPECT_FALSE(std::move(x).freeze());
}

TEST_F(Buffer, ThatIsTooLargeIsRefused) {
  buffer_pool small{{.max_bytes = 4'096}};
  EXPECT_TRUE(make_buffer<double>(small, 512));
  auto x = make_buffer<double>(small, 513);
  ASSERT_FALSE(x);
  EXPECT_EQ(x.error(), errc::buffer_too_large);
  EXPECT_EQ(describe(x.error()), "a buffer of 4104 bytes, the limit is 4KiB");
  auto max = std::numeric_limits<size_t>::max();
  EXPECT_EQ(make_buffer<double>(pool, max / 4).error(), errc::buffer_too_large);
}

TEST_F(Buffer, ThatTheSystemHasNoMemoryForIsRefused) {
  buffer_pool vast{{.max_bytes = uint64_t{1} << 60}};
  EXPECT_EQ(make_buffer<double>(vast, size_t{1} << 57).error(),
            errc::no_buffer_memory);
}

TEST_F(Buffer, FreezesAndThawsWithoutACopyWhileItIsAlone) {
  auto x = count_to(100);
  auto address = x.data();
  auto frozen = std::move(x).freeze();
  EXPECT_FALSE(x);
  EXPECT_EQ(frozen.data(), address);
  EXPECT_EQ(frozen[99], 99.);
  auto thawed = thaw(pool, std::move(frozen));
  ASSERT_TRUE(thawed);
  EXPECT_FALSE(frozen);
  EXPECT_EQ(thawed->data(), address);
}

TEST_F(Buffer, IsCopiedToBeThawedWhileOthersReadIt) {
  auto frozen = count_to(100).freeze();
  auto reader = frozen.slice(10, 1);
  auto thawed = thaw(pool, std::move(frozen));
  ASSERT_TRUE(thawed);
  EXPECT_NE(thawed->data(), reader.data() - 10);
  thawed->data()[10] = -1;
  EXPECT_EQ(reader[0], 10.);
  EXPECT_EQ(thawed->span()[99], 99.);
}

TEST_F(Buffer, SlicesOfFrozenOnesShareTheMemoryAndKeepIt) {
  auto whole = count_to(100).freeze();
  auto slice = whole.slice(40, 20).slice(5, 3);
  EXPECT_EQ(slice.data(), whole.data() + 45);
  whole = {};
  EXPECT_EQ(std::vector(slice.span().begin(), slice.span().end()),
            (std::vector{45., 46., 47.}));
  EXPECT_EQ(slice.slice(2, 100).size(), 1u);
  EXPECT_EQ(slice.slice(100, 1).size(), 0u);
}

TEST_F(Buffer, SplitsIntoDisjointPartsThatCanBeJoinedAgain) {
  for (size_t size : {0u, 1u, 8u, 100u, 1'000u, 1'001u}) {
    for (size_t count : {1u, 2u, 3u, 7u}) {
      SCOPED_TRACE(std::to_string(size) + " in " + std::to_string(count));
      auto whole = count_to(size);
      auto begin = whole.data();
      auto parts = std::move(whole).split(count);
      ASSERT_EQ(parts.size(), count);
      EXPECT_FALSE(whole);
      auto next = begin;
      for (auto& x : parts) {
        EXPECT_EQ(x.data(), next);
        EXPECT_TRUE(is_aligned(x.data()) || x.empty());
        next += x.size();
      }
      EXPECT_EQ(next, begin + size);
      auto joined = std::move(parts.front());
      for (size_t i = 1; i < count; ++i)
        EXPECT_FALSE(joined.join(std::move(parts[i])));
      EXPECT_EQ(joined.data(), begin);
      EXPECT_EQ(joined.size(), size);
    }
  }
}

TEST_F(Buffer, JoinsOnlyWhatBelongsTogether) {
  auto x = count_to(100);
  auto y = x.split_at(50);
  auto z = y.split_at(25);
  EXPECT_EQ(x.join(std::move(z)), errc::not_adjacent);
  EXPECT_EQ(z.join(std::move(x)), errc::not_adjacent);
  EXPECT_EQ(x.join(count_to(100)), errc::not_adjacent);
  EXPECT_EQ(x.join({}), errc::not_adjacent);
  EXPECT_EQ(x.size(), 50u);
  EXPECT_EQ(z.size(), 25u);
  EXPECT_FALSE(y.join(std::move(z)));
  EXPECT_FALSE(z);
  EXPECT_FALSE(x.join(std::move(y)));
  EXPECT_EQ(x.span()[99], 99.);
}

TEST_F(Buffer, InCopiesOfAMessageBelongsToTheFirstThatLooks) {
  auto buffer = count_to(100);
  auto address = buffer.data();
  auto msg = caf::make_message(std::move(buffer));
  EXPECT_FALSE(buffer);
  auto copy = msg;
  // As CAF does for a handler that takes a reference.
  auto& first = copy.get_mutable_as<owned_buffer<double>>(0);
  EXPECT_EQ(msg.get_as<owned_buffer<double>>(0).size(), 100u);
  EXPECT_EQ(first.data(), address);
  EXPECT_FALSE(msg.get_as<owned_buffer<double>>(0));
  EXPECT_EQ(msg.get_mutable_as<owned_buffer<double>>(0).data(), nullptr);
  EXPECT_EQ(first.data(), address);
}

TEST_F(Buffer, SurvivesACopyOfTheMessageThatNobodyLooksAt) {
  auto buffer = count_to(100);
  auto address = buffer.data();
  auto msg = caf::make_message(std::move(buffer));
  {
    auto copy = msg;
    copy.get_mutable(0);
  }
  EXPECT_EQ(msg.get_mutable_as<owned_buffer<double>>(0).data(), address);
}

TEST_F(Buffer, IsShownByItsSize) {
  EXPECT_EQ(caf::to_string(caf::make_message(count_to(3))),
            "(owned_buffer of 3)");
  EXPECT_EQ(caf::to_string(caf::make_message(count_to(3).freeze())),
            "(frozen_buffer of 3)");
}

TEST_F(Buffer, IsInspectedAsAFieldOfAStruct) {
  std::vector<char> bytes;
  auto before = count_to(1'000);
  auto frozen = count_to(10).freeze().slice(1, 2);
  frozen_buffer<uint8_t> nothing;
  caf::binary_serializer sink{nullptr, bytes};
  EXPECT_FALSE(sink(before, frozen, nothing));
  EXPECT_EQ(before.size(), 1'000u) << "the elements stay";
  owned_buffer<double> after;
  frozen_buffer<double> frozen_after;
  frozen_buffer<uint8_t> nothing_after;
  caf::binary_deserializer source{nullptr, bytes};
  EXPECT_FALSE(source(after, frozen_after, nothing_after));
  EXPECT_EQ(after.size(), 1'000u);
  EXPECT_EQ(after.span()[999], 999.);
  EXPECT_EQ(frozen_after.size(), 2u);
  EXPECT_EQ(frozen_after[0], 1.);
  EXPECT_FALSE(nothing_after);
  // Every prefix is refused.
  for (size_t size = 0; size < bytes.size(); size += 97) {
    caf::binary_deserializer cut{nullptr, bytes.data(), size};
    owned_buffer<double> x;
    frozen_buffer<double> y;
    frozen_buffer<uint8_t> z;
    EXPECT_TRUE(cut(x, y, z)) << size;
  }
}

} // namespace troupe
