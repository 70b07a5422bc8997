// SPDX-License-Identifier: Apache-2.0

#include "troupe/buffer/buffer_pool.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"
#include "troupe/buffer/make_buffer.hpp"
#include "troupe/config.hpp"

#include "port/memory_file.hpp"

namespace troupe {

namespace {

constexpr size_t large = size_t{1} << 20;

owned_buffer<uint8_t> take(buffer_pool& pool, size_t size) {
  auto result = make_buffer<uint8_t>(pool, size);
  EXPECT_TRUE(result);
  return std::move(*result);
}

bool is_file(const owned_buffer<uint8_t>& x) {
  return x.handle().visit([](const detail::segment_part& part) {
    return part.memory->source() == detail::segment_source::file;
  });
}

} // namespace

TEST(BufferPool, KeepsWhatIsGoneForTheNextBuffer) {
  buffer_pool pool;
  auto x = take(pool, large);
  auto address = x.data();
  EXPECT_EQ(pool.stats().used_bytes, large);
  x = {};
  EXPECT_EQ(pool.stats().used_bytes, 0u);
  EXPECT_EQ(pool.stats().cached_bytes, large);
  // A little smaller is near enough.
  auto y = take(pool, large - 1'000);
  EXPECT_EQ(y.data(), address);
  EXPECT_EQ(pool.stats().cached_bytes, 0u);
  EXPECT_EQ(pool.stats().reuses, 1u);
  EXPECT_NE(take(pool, large).data(), address);
}

TEST(BufferPool, KeepsNoMoreThanItMayAndGivesBackWhatItIsTold) {
  buffer_pool pool{{.cache_bytes = 2 * large}};
  {
    std::vector<owned_buffer<uint8_t>> xs;
    for (auto i = 0; i < 5; ++i)
      xs.push_back(take(pool, large));
    EXPECT_EQ(pool.stats().shared, 5u);
  }
  EXPECT_EQ(pool.stats().cached_bytes, 2 * large);
  EXPECT_EQ(pool.stats().shared, 2u);
  pool.trim();
  EXPECT_EQ(pool.stats().cached_bytes, 0u);
  EXPECT_EQ(pool.stats().shared, 0u);
}

TEST(BufferPool, MakesFilesOfLargeBuffersAsFarAsItMay) {
  buffer_pool pool{{.share_from_bytes = large, .max_shared = 2}};
  EXPECT_FALSE(is_file(take(pool, large / 2)));
  auto x = take(pool, large);
  auto y = take(pool, 2 * large);
  auto z = take(pool, 3 * large);
  EXPECT_TRUE(is_file(x));
  EXPECT_TRUE(is_file(y));
  EXPECT_FALSE(is_file(z));
  z.span().back() = 1;
}

TEST(BufferPool, MayEndBeforeItsBuffers) {
  owned_buffer<uint8_t> x;
  {
    buffer_pool pool;
    x = take(pool, large);
  }
  x.span().back() = 1;
}

TEST(BufferPool, FindsTheMemoryOfAFileWhileItIsUsed) {
  buffer_pool pool;
  auto x = take(pool, large);
  auto file = x.handle().visit(
      [](const detail::segment_part& part) { return part.memory->file(); });
  auto find = [&](uint64_t offset, uint64_t bytes) {
    return pool.find(file.device, file.inode, offset, bytes);
  };
  ASSERT_TRUE(find(0, large));
  EXPECT_EQ(find(4'096, 8)->data(), reinterpret_cast<std::byte*>(x.data()));
  EXPECT_FALSE(find(4'096, large));
  EXPECT_FALSE(pool.find(file.device, file.inode + 1, 0, 1));
  x = {};
  EXPECT_FALSE(find(0, large));
}

TEST(BufferPool, SealsOnlyWhatNobodyWritesTo) {
  buffer_pool pool;
  auto x = take(pool, large);
  auto rest = x.split_at(large / 2);
  x.data()[0] = 42;
  auto frozen = std::move(x).freeze();
  auto& memory = frozen.part().memory;
  EXPECT_FALSE(memory->seal()) << "the rest is still written to";
  auto other = std::move(rest).freeze();
  auto address = frozen.data();
  EXPECT_TRUE(memory->seal());
  EXPECT_TRUE(memory->seal());
  EXPECT_EQ(frozen.data(), address);
  EXPECT_EQ(frozen[0], 42);
  auto fd = memory->file().descriptor;
  EXPECT_TRUE(port::inspect_memory(fd)->sealed);
  EXPECT_EQ(port::map_memory(fd, large, 0, port::memory_access::write),
            nullptr);
  // What is sealed is copied to be written to, and not used again.
  auto thawed = thaw(pool, std::move(frozen));
  ASSERT_TRUE(thawed);
  thawed->data()[0] = 43;
  other = {};
  EXPECT_EQ(pool.stats().cached_bytes, 0u);
}

TEST(BufferPool, IsThatOfTheConfigurationAndMadeWithItsOptions) {
  config cfg;
  EXPECT_FALSE(cfg.set_option("buffer.max-bytes", "8KiB"));
  EXPECT_EQ(cfg.buffers().options().max_bytes, 8u << 10);
  EXPECT_EQ(&cfg.buffers(), &cfg.buffers());
}

TEST(BufferPool, EachWrongOptionIsNamed) {
  EXPECT_FALSE(validate(buffer_options{}));
  EXPECT_EQ(describe(validate(buffer_options{.max_bytes = 1})),
            "max_bytes is 1, must be 4KiB to 1024GiB");
  EXPECT_EQ(describe(validate(buffer_options{.cache_bytes = ~uint64_t{0}})),
            "cache_bytes is 18446744073709551615, must be 0 to 1024GiB");
  EXPECT_EQ(describe(validate(buffer_options{.share_from_bytes = 0})),
            "share_from_bytes is 0, must be 64KiB to 1024GiB");
  EXPECT_EQ(describe(validate(buffer_options{.max_shared = 1'000'000})),
            "max_shared is 1000000, must be 0 to 65536");
}

} // namespace troupe
