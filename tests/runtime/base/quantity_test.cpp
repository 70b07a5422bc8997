// SPDX-License-Identifier: Apache-2.0

#include "base/quantity.hpp"

#include <gtest/gtest.h>

namespace troupe {

using namespace std::chrono_literals;

TEST(Quantity, ReadsWholeNumbers) {
  EXPECT_EQ(parse_count("0"), 0u);
  EXPECT_EQ(parse_count("18446744073709551615"), UINT64_MAX);
  for (auto text : {"", " 1", "1 ", "-1", "+1", "1.5", "0x10", "1k", "x",
                    "18446744073709551616"})
    EXPECT_EQ(parse_count(text), std::nullopt) << text;
}

TEST(Quantity, ReadsBytesWithBinarySuffixes) {
  EXPECT_EQ(parse_bytes("0"), 0u);
  EXPECT_EQ(parse_bytes("1023"), 1023u);
  EXPECT_EQ(parse_bytes("64KiB"), uint64_t{64} << 10);
  EXPECT_EQ(parse_bytes("64 MiB"), uint64_t{64} << 20);
  EXPECT_EQ(parse_bytes("3GiB"), uint64_t{3} << 30);
  for (auto text : {"", "MiB", "64 ", "64  MiB", "64MB", "64mib", "-1KiB",
                    "1.5MiB", "64MiBs", "17179869184GiB"})
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
}

TEST(Quantity, ReadsTimesOnlyWithAUnit) {
  EXPECT_EQ(parse_duration("0s"), 0s);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("5 s"), 5s);
  EXPECT_EQ(parse_duration("2min"), 2min);
  for (auto text : {"", "5", "0", "s", "5 ", "-5s", "5sec", "5m", "1.5s", "5us",
                    "9223372037s"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Quantity, WritesTheLargestUnitThatLeavesAWholeNumber) {
  EXPECT_EQ(format_bytes(0), "0");
  EXPECT_EQ(format_bytes(1000), "1000");
  EXPECT_EQ(format_bytes(1024), "1KiB");
  EXPECT_EQ(format_bytes(uint64_t{1536} << 10), "1536KiB");
  EXPECT_EQ(format_bytes(uint64_t{64} << 20), "64MiB");
  EXPECT_EQ(format_duration(0s), "0ns");
  EXPECT_EQ(format_duration(1500ms), "1500ms");
  EXPECT_EQ(format_duration(60s), "1min");
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(-5us), "-5us");
}

} // namespace troupe
