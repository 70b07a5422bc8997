// SPDX-License-Identifier: Apache-2.0

#include "link/outbox.hpp"

#include <string>

#include <gtest/gtest.h>

namespace troupe {

namespace {

wire::Envelope envelope(size_t payload_bytes) {
  wire::Envelope result;
  result.set_payload(std::string(payload_bytes, 'x'));
  return result;
}

int count(const wire::Frame& x) {
  return x.batch().envelopes_size();
}

} // namespace

TEST(Outbox, SmallEnvelopesShareAFrameInTheirOrder) {
  outbox box{1 << 20};
  for (uint64_t id = 1; id <= 3; ++id) {
    auto x = envelope(10);
    x.set_to(id);
    ASSERT_TRUE(box.add(std::move(x)));
  }
  wire::Frame frame;
  ASSERT_TRUE(box.take(frame));
  ASSERT_EQ(count(frame), 3);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(frame.batch().envelopes(i).to(), uint64_t(i + 1));
  EXPECT_FALSE(box.take(frame));
  EXPECT_EQ(box.bytes(), 0u);
}

TEST(Outbox, FramesStopGrowingAtTheirLimit) {
  outbox box{outbox::frame_bytes * 10};
  ASSERT_TRUE(box.add(envelope(outbox::frame_bytes - 100)));
  ASSERT_TRUE(box.add(envelope(200)));
  wire::Frame frame;
  ASSERT_TRUE(box.take(frame));
  EXPECT_EQ(count(frame), 1);
  ASSERT_TRUE(box.take(frame));
  EXPECT_EQ(count(frame), 1);
}

TEST(Outbox, RefusesWhatExceedsItsRoomAndTakesItLater) {
  outbox box{1'000};
  ASSERT_TRUE(box.add(envelope(800)));
  EXPECT_FALSE(box.add(envelope(800)));
  wire::Frame frame;
  ASSERT_TRUE(box.take(frame));
  EXPECT_TRUE(box.add(envelope(800)));
}

TEST(Outbox, AnEmptyOutboxTakesAnEnvelopeOfAnySize) {
  outbox box{10};
  EXPECT_TRUE(box.add(envelope(5'000)));
  EXPECT_FALSE(box.add(envelope(1)));
}

TEST(Outbox, AFrameOfItsOwnIsNeverFilledUp) {
  outbox box{1'000};
  wire::Frame hello;
  hello.mutable_hello()->set_name("a");
  box.add_frame(std::move(hello));
  ASSERT_TRUE(box.add(envelope(1)));
  wire::Frame frame;
  ASSERT_TRUE(box.take(frame));
  EXPECT_TRUE(frame.has_hello());
  ASSERT_TRUE(box.take(frame));
  EXPECT_EQ(count(frame), 1);
}

} // namespace troupe
