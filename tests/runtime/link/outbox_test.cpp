// SPDX-License-Identifier: Apache-2.0

#include "link/outbox.hpp"

#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "link/record.hpp"

namespace troupe {

namespace {

constexpr outbox_limits roomy{.max_waiting_bytes = 1 << 30,
                              .window_bytes = 1 << 30,
                              .max_transfer_bytes = 1 << 30};

/// A record that a test can tell from others.
std::string mark(uint64_t number) {
  std::string result;
  write_record(result, monitor_record{number});
  return result;
}

outbox::parcel large(std::string_view bytes, uint64_t transfer,
                     std::string_view content) {
  return {bytes, transfer, {{content.data(), content.size()}}, content.size()};
}

/// What a receiver makes of frames: the marks in their order, and the bytes of
/// each transfer; a transfer's end is noted as its number beyond 1000.
struct receiver {
  void take(const packed_frame& x) {
    std::string bulk;
    for (auto& part : x.bulk)
      bulk.append(part.data, part.size);
    byte_reader in{*x.records};
    any_record next;
    size_t offset = 0;
    while (in.remaining() != 0) {
      ASSERT_TRUE(read_record(in, next));
      if (auto number = std::get_if<monitor_record>(&next)) {
        seen.push_back(number->to);
      } else if (auto chunk = std::get_if<chunk_record>(&next)) {
        auto& bytes = transfers[chunk->transfer];
        bytes.append(bulk, offset, chunk->size);
        offset += chunk->size;
        if (bytes.size() == sizes[chunk->transfer])
          seen.push_back(1'000 + chunk->transfer);
      }
    }
    EXPECT_EQ(offset, bulk.size());
  }

  /// Takes all there is; frames are acknowledged as they come.
  void take_all(outbox& from) {
    while (auto x = from.take()) {
      take(*x);
      ASSERT_TRUE(from.acknowledge(x->sequence));
    }
  }

  std::map<uint64_t, size_t> sizes;
  std::vector<uint64_t> seen;
  std::map<uint64_t, std::string> transfers;
};

using numbers = std::vector<uint64_t>;

} // namespace

TEST(Outbox, SmallRecordsShareAFrameInTheirOrder) {
  outbox box{roomy};
  for (uint64_t i = 1; i <= 3; ++i)
    ASSERT_TRUE(box.add(i, {.record = mark(i)}));
  EXPECT_TRUE(box.ready());
  auto frame = box.take();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->sequence, 1u);
  receiver peer;
  peer.take(*frame);
  EXPECT_EQ(peer.seen, (numbers{1, 2, 3}));
  EXPECT_FALSE(box.take());
  EXPECT_FALSE(box.ready());
  EXPECT_EQ(box.waiting_bytes(), 0u);
}

TEST(Outbox, FramesOfSmallRecordsStopGrowingAtTheirLimit) {
  outbox box{roomy};
  auto text = std::string(outbox::frame_bytes / 2, 'x');
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(box.add(1, {.record = text}));
  EXPECT_EQ(box.take()->records->size(), outbox::frame_bytes);
  EXPECT_EQ(box.take()->records->size(), outbox::frame_bytes);
  EXPECT_FALSE(box.take());
}

TEST(Outbox, ControlOvertakesEverything) {
  outbox box{roomy};
  ASSERT_TRUE(box.add(1, {.record = mark(1)}));
  EXPECT_TRUE(box.add_control(mark(2)));
  receiver peer;
  peer.take_all(box);
  EXPECT_EQ(peer.seen, (numbers{2, 1}));
}

TEST(Outbox, ControlOfSeveralFramesComesBeforeAllElse) {
  outbox box{roomy};
  ASSERT_TRUE(box.add(1, {.record = mark(1)}));
  numbers expected;
  for (uint64_t i = 2; box.waiting_bytes() < 3 * outbox::frame_bytes; ++i) {
    EXPECT_TRUE(box.add_control(mark(i)));
    expected.push_back(i);
  }
  expected.push_back(1);
  receiver peer;
  peer.take_all(box);
  EXPECT_EQ(peer.seen, expected);
}

TEST(Outbox, ControlIsRefusedBeyondItsLimit) {
  auto limits = roomy;
  limits.max_control_bytes = 1'000;
  outbox box{limits};
  auto text = std::string(400, 'x');
  EXPECT_TRUE(box.add_control(text));
  EXPECT_TRUE(box.has_urgent_room(100));
  EXPECT_FALSE(box.has_urgent_room(101));
  EXPECT_TRUE(box.add_control(text));
  EXPECT_FALSE(box.add_control(text));
  EXPECT_EQ(box.control_bytes(), 800u);
  EXPECT_TRUE(box.take());
  EXPECT_EQ(box.control_bytes(), 0u);
  EXPECT_TRUE(box.add_control(text));
}

TEST(Outbox, RefusesWhatExceedsItsRoomAndTakesItLater) {
  outbox box{{.max_waiting_bytes = 1'000,
              .window_bytes = 1 << 20,
              .max_transfer_bytes = 1 << 20}};
  auto text = std::string(800, 'x');
  ASSERT_TRUE(box.add(1, {.record = text}));
  EXPECT_FALSE(box.add(1, {.record = text}));
  ASSERT_TRUE(box.take());
  EXPECT_TRUE(box.add(1, {.record = text}));
}

TEST(Outbox, AnEmptyOutboxTakesAMessageOfAnySize) {
  outbox box{{.max_waiting_bytes = 10,
              .window_bytes = 1 << 20,
              .max_transfer_bytes = 10}};
  std::string content(5'000, 'x');
  ASSERT_TRUE(box.add(1, large(mark(1), 7, content)));
  EXPECT_FALSE(box.add(2, {.record = mark(2)}));
  receiver peer;
  peer.sizes[7] = content.size();
  peer.take_all(box);
  EXPECT_EQ(peer.transfers[7], content);
  EXPECT_EQ(box.waiting_bytes(), 0u);
}

TEST(Outbox, ASmallRecordOvertakesALargeMessageOfAnotherLane) {
  outbox box{roomy};
  std::string content(1 << 20, 'x');
  ASSERT_TRUE(box.add(1, large(mark(1), 7, content)));
  receiver peer;
  peer.sizes[7] = content.size();
  peer.take(*box.take());
  ASSERT_TRUE(box.add(2, {.record = mark(2)}));
  peer.take(*box.take());
  EXPECT_EQ(peer.seen, (numbers{1, 2}));
  peer.take_all(box);
  EXPECT_EQ(peer.seen, (numbers{1, 2, 1'007}));
}

TEST(Outbox, WhatComesAfterALargeMessageInItsLaneWaits) {
  outbox box{roomy};
  std::string content(1 << 20, 'x');
  ASSERT_TRUE(box.add(1, large(mark(1), 7, content)));
  ASSERT_TRUE(box.add(1, {.record = mark(2)}));
  ASSERT_TRUE(box.add(1, large(mark(3), 8, content)));
  ASSERT_TRUE(box.add(1, {.record = mark(4)}));
  receiver peer;
  peer.sizes[7] = content.size();
  peer.sizes[8] = content.size();
  peer.take_all(box);
  EXPECT_EQ(peer.seen, (numbers{1, 1'007, 2, 3, 1'008, 4}));
  // The lane is open again.
  ASSERT_TRUE(box.add(1, {.record = mark(5)}));
  peer.take_all(box);
  EXPECT_EQ(peer.seen.back(), 5u);
}

TEST(Outbox, LargeMessagesOfSeveralLanesTakeTurns) {
  outbox box{roomy};
  std::string content(1 << 20, 'x');
  receiver peer;
  for (uint64_t i = 1; i <= 2; ++i) {
    peer.sizes[i] = content.size();
    ASSERT_TRUE(box.add(i, large(mark(i), i, content)));
  }
  for (int i = 0; i < 2; ++i)
    peer.take(*box.take());
  EXPECT_EQ(peer.transfers[1].size(), peer.transfers[2].size());
}

TEST(Outbox, NotMoreTransfersThanPermittedAreUnderWay) {
  outbox box{roomy};
  std::string content(1 << 20, 'x');
  receiver peer;
  for (uint64_t i = 1; i <= 2 * outbox::max_transfers; ++i) {
    peer.sizes[i] = content.size();
    ASSERT_TRUE(box.add(i, large(mark(i), i, content)));
  }
  while (auto frame = box.take()) {
    peer.take(*frame);
    size_t under_way = 0;
    for (auto& [number, bytes] : peer.transfers)
      under_way += bytes.size() < content.size();
    ASSERT_LE(under_way, outbox::max_transfers);
  }
  for (auto& [number, bytes] : peer.transfers)
    EXPECT_EQ(bytes, content) << number;
  EXPECT_EQ(peer.transfers.size(), 2 * outbox::max_transfers);
}

TEST(Outbox, TransfersUnderWayHaveNotMoreThanPermittedInSum) {
  auto limits = roomy;
  limits.max_transfer_bytes = 3 << 20;
  outbox box{limits};
  std::string content(2 << 20, 'x');
  receiver peer;
  for (uint64_t i = 1; i <= 3; ++i) {
    peer.sizes[i] = content.size();
    ASSERT_TRUE(box.add(i, large(mark(i), i, content)));
  }
  peer.take_all(box);
  EXPECT_EQ(peer.seen, (numbers{1, 1'001, 2, 1'002, 3, 1'003}));
}

TEST(Outbox, SendsNoMoreThanTheWindowUntilItIsAcknowledged) {
  auto limits = roomy;
  limits.window_bytes = 600 << 10;
  outbox box{limits};
  std::string content(4 << 20, 'x');
  ASSERT_TRUE(box.add(1, large(mark(1), 7, content)));
  uint64_t last = 0;
  while (auto frame = box.take())
    last = frame->sequence;
  EXPECT_LE(box.unacknowledged_bytes(),
            limits.window_bytes + 2 * outbox::frame_bytes);
  EXPECT_FALSE(box.ready());
  ASSERT_TRUE(box.acknowledge(last));
  EXPECT_EQ(box.unacknowledged_bytes(), 0u);
  EXPECT_TRUE(box.ready());
}

TEST(Outbox, AcknowledgementOfWhatWasNotSentIsRefused) {
  outbox box{roomy};
  EXPECT_FALSE(box.acknowledge(1));
  ASSERT_TRUE(box.add(1, {.record = mark(1)}));
  ASSERT_TRUE(box.take());
  EXPECT_TRUE(box.acknowledge(1));
  EXPECT_TRUE(box.acknowledge(1));
  EXPECT_FALSE(box.acknowledge(2));
}

TEST(Outbox, SendsAgainWhatIsNotAcknowledged) {
  outbox box{roomy};
  std::vector<packed_frame> sent;
  for (uint64_t i = 1; i <= 4; ++i) {
    ASSERT_TRUE(box.add(1, {.record = mark(i)}));
    sent.push_back(*box.take());
  }
  ASSERT_TRUE(box.acknowledge(2));
  ASSERT_TRUE(box.add(1, {.record = mark(5)}));
  box.rewind();
  for (size_t i : {2, 3}) {
    EXPECT_TRUE(box.ready());
    auto again = box.take();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->sequence, sent[i].sequence);
    EXPECT_EQ(*again->records, *sent[i].records);
  }
  auto fresh = box.take();
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->sequence, 5u);
  EXPECT_FALSE(box.take());
}

TEST(Outbox, KeepsTheOrderOfEachLaneWhateverTheMix) {
  auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random{seed};
  std::string content(700 << 10, 'x');
  outbox box{{.max_waiting_bytes = 1 << 30,
              .window_bytes = 1 << 20,
              .max_transfer_bytes = 2 << 20}};
  receiver peer;
  constexpr uint64_t lanes = 5;
  std::map<uint64_t, numbers> expected;
  for (uint64_t i = 1; i <= 300; ++i) {
    auto lane = random() % lanes;
    expected[lane].push_back(i);
    if (random() % 3 == 0) {
      auto size = 1 + random() % content.size();
      peer.sizes[i] = size;
      ASSERT_TRUE(box.add(lane, large(mark(i), i, {content.data(), size})));
      expected[lane].push_back(1'000 + i);
    } else {
      ASSERT_TRUE(box.add(lane, {.record = mark(i)}));
    }
    if (random() % 4 == 0)
      if (auto frame = box.take()) {
        peer.take(*frame);
        ASSERT_TRUE(box.acknowledge(frame->sequence));
      }
  }
  peer.take_all(box);
  EXPECT_EQ(box.waiting_bytes(), 0u);
  for (auto& [lane, order] : expected) {
    numbers seen;
    for (auto x : peer.seen)
      if (std::find(order.begin(), order.end(), x) != order.end())
        seen.push_back(x);
    EXPECT_EQ(seen, order) << "lane " << lane;
  }
}

} // namespace troupe
