// SPDX-License-Identifier: Apache-2.0

#include "link/record.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace troupe {

namespace {

std::string written(const any_record& x) {
  std::string result;
  std::visit([&](auto& y) { write_record(result, y); }, x);
  return result;
}

const any_record records[] = {
    schema_record{300, "@i32+@str"},
    message_record{.to = 1, .message_id = 2, .schema = 3, .head = "head"},
    message_record{.to = uint64_t{1} << 40,
                   .from = {5, "node", 50},
                   .message_id = ~uint64_t{0},
                   .schema = 65'535,
                   .stages = {{6, ""}, {7, "other"}},
                   .transfer = 8,
                   .block_bytes = 4'096,
                   .deadline_us = 5'000'000,
                   .trace = trace_context{1, 2, 3}},
    monitor_record{9, 90},
    down_record{10, "reason"},
    exit_record{11, {12, ""}, "reason"},
    chunk_record{13, 131'072},
};

} // namespace

TEST(Record, EachKindIsReadAsItWasWritten) {
  for (auto& x : records) {
    SCOPED_TRACE("kind " + std::to_string(x.index()));
    auto bytes = written(x);
    byte_reader in{bytes};
    any_record result;
    ASSERT_TRUE(read_record(in, result));
    EXPECT_EQ(in.remaining(), 0u);
    ASSERT_EQ(result.index(), x.index());
    EXPECT_EQ(written(result), bytes);
  }
}

TEST(Record, AMessageKeepsAllItsFields) {
  auto bytes = written(records[2]);
  byte_reader in{bytes};
  any_record result;
  ASSERT_TRUE(read_record(in, result));
  auto& x = std::get<message_record>(result);
  EXPECT_EQ(x.to, uint64_t{1} << 40);
  EXPECT_EQ(x.from.id, 5u);
  EXPECT_EQ(x.from.node, "node");
  EXPECT_EQ(x.message_id, ~uint64_t{0});
  EXPECT_EQ(x.schema, 65'535u);
  ASSERT_EQ(x.stages.size(), 2u);
  EXPECT_EQ(x.stages[1].id, 7u);
  EXPECT_EQ(x.stages[1].node, "other");
  EXPECT_EQ(x.transfer, 8u);
  EXPECT_EQ(x.block_bytes, 4'096u);
  EXPECT_EQ(x.from.ticket, 50u);
  EXPECT_EQ(x.deadline_us, 5'000'000u);
  EXPECT_EQ(x.trace, (trace_context{1, 2, 3}));
}

TEST(Record, HalfARecordIsNone) {
  any_record result;
  for (auto& x : records) {
    auto bytes = written(x);
    for (size_t size = 0; size < bytes.size(); ++size) {
      byte_reader in{std::string_view{bytes}.substr(0, size)};
      EXPECT_FALSE(read_record(in, result))
          << size << " bytes of kind " << x.index();
    }
  }
}

TEST(Record, UnknownKindsAndFlagsAreRefused) {
  any_record result;
  for (std::string bytes :
       {std::string(64, '\0'), std::string(64, '\x07'), std::string(64, '\xff'),
        "\x02\x20" + std::string(64, '\0')}) {
    byte_reader in{bytes};
    EXPECT_FALSE(read_record(in, result));
  }
}

TEST(Record, TooManyStagesAreRefused) {
  message_record x{.to = 1};
  x.stages.resize(max_stages);
  any_record result;
  auto most = written(x);
  byte_reader in{most};
  EXPECT_TRUE(read_record(in, result));
  x.stages.emplace_back();
  auto more = written(x);
  byte_reader again{more};
  EXPECT_FALSE(read_record(again, result));
}

TEST(Record, RandomBytesNeverCrash) {
  auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random{seed};
  any_record result;
  for (int i = 0; i < 50'000; ++i) {
    std::string bytes(random() % 60, '\0');
    for (auto& byte : bytes)
      byte = static_cast<char>(random() % 3 == 0 ? random() : random() & 7);
    byte_reader in{bytes};
    while (in.remaining() != 0 && read_record(in, result)) {
      EXPECT_TRUE(in.ok());
    }
  }
}

TEST(FrameHeader, IsReadAsItWasWritten) {
  std::string bytes;
  write_frame_header(bytes, {1, uint64_t{1} << 63, 70'000, ~uint64_t{0}});
  EXPECT_LE(bytes.size(), max_frame_header_bytes);
  byte_reader in{bytes};
  auto result = read_frame_header(in);
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(result.sequence, 1u);
  EXPECT_EQ(result.received, uint64_t{1} << 63);
  EXPECT_EQ(result.record_bytes, 70'000u);
  EXPECT_EQ(result.time_us, ~uint64_t{0});
}

TEST(SegmentReader, ReadsAcrossItsParts) {
  segment_reader in{{"ab", "", "cde", "f"}};
  char peeked[4];
  EXPECT_EQ(in.peek(peeked, 4), 4u);
  EXPECT_EQ(std::string(peeked, 4), "abcd");
  std::string scratch;
  EXPECT_EQ(in.take(1, scratch), "a");
  EXPECT_EQ(in.take(3, scratch), "bcd");
  EXPECT_EQ(in.remaining(), 2u);
  in.skip(1);
  EXPECT_EQ(in.peek(peeked, 4), 1u);
  EXPECT_EQ(in.take(1, scratch), "f");
  EXPECT_EQ(in.take(0, scratch), "");
  EXPECT_EQ(in.remaining(), 0u);
}

} // namespace troupe
