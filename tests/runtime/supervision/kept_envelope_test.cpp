// SPDX-License-Identifier: Apache-2.0

#include "supervision/kept_envelope.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/message_handler.hpp"
#include "caf/sec.hpp"

namespace troupe {

/// A type that nobody can render.
struct opaque {
  int x = 0;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::opaque)

namespace troupe {

namespace {

using numbers = std::vector<int32_t>;

template <class... Ts>
caf::mailbox_element_ptr envelope(Ts... xs) {
  return caf::make_mailbox_element(nullptr, caf::make_message_id(), {},
                                   std::move(xs)...);
}

const kept_envelope& kept(const caf::mailbox_element_ptr& x) {
  return *kept_envelope::from(x.get());
}

message_failure failure(uint64_t generation) {
  return {generation, caf::make_error(caf::sec::runtime_error), {}};
}

TEST(KeptEnvelope, AHandlerThatEmptiesItsArgumentWorksOnACopy) {
  auto x = kept_envelope::keep(envelope(numbers{1, 2, 3}));
  caf::message_handler f{[](numbers& y) { numbers{}.swap(y); }};
  ASSERT_TRUE(f(x->content()));
  EXPECT_EQ(kept(x).original().get_as<numbers>(0), (numbers{1, 2, 3}));
}

TEST(KeptEnvelope, AHandlerThatOnlyReadsSeesTheOriginal) {
  auto x = kept_envelope::keep(envelope(numbers{1, 2, 3}));
  const numbers* seen = nullptr;
  caf::message_handler f{[&](const numbers& y) { seen = &y; }};
  ASSERT_TRUE(f(x->content()));
  EXPECT_EQ(seen, kept(x).original().at(0));
}

TEST(KeptEnvelope, TheContentMayBeMovedOutAndStays) {
  auto x = kept_envelope::keep(envelope(std::string{"abc"}));
  EXPECT_EQ(x->move_content_to_message().get_as<std::string>(0), "abc");
  EXPECT_EQ(x->move_content_to_message().get_as<std::string>(0), "abc");
}

TEST(KeptEnvelope, EachTryIsLikeTheFirstWithOneMoreFailure) {
  auto x = kept_envelope::keep(envelope(7));
  auto y = kept(x).again(failure(1));
  auto z = kept(y).again(failure(4));
  EXPECT_EQ(z->content().get_as<int>(0), 7);
  ASSERT_EQ(kept(z).history().size(), 2u);
  EXPECT_EQ(kept(z).history()[0].generation, 1u);
  EXPECT_EQ(kept(z).history()[1].generation, 4u);
  EXPECT_TRUE(kept(x).history().empty());
}

TEST(KeptEnvelope, KeepingTwiceKeepsTheHistory) {
  auto x = kept(kept_envelope::keep(envelope(7))).again(failure(1));
  auto y = kept_envelope::keep(std::move(x));
  EXPECT_EQ(kept(y).history().size(), 1u);
}

TEST(KeptEnvelope, AnEmptyMessageIsAMessage) {
  auto x = kept_envelope::keep(caf::make_mailbox_element(
      nullptr, caf::make_message_id(), {}, caf::message{}));
  EXPECT_EQ(x->content().size(), 0u);
  EXPECT_EQ(kept(x).quarantined(failure(1)).text, "()");
}

TEST(KeptEnvelope, AnOrdinaryEnvelopeIsNone) {
  EXPECT_EQ(kept_envelope::from(envelope(7).get()), nullptr);
  EXPECT_EQ(kept_envelope::from(nullptr), nullptr);
}

std::string text_of(caf::mailbox_element_ptr x) {
  return kept(kept_envelope::keep(std::move(x))).quarantined(failure(1)).text;
}

TEST(KeptEnvelope, ThePayloadIsRenderedWhereItCanBe) {
  EXPECT_EQ(text_of(envelope(7, std::string{"abc"})), R"((7, "abc"))");
}

TEST(KeptEnvelope, OfALongElementOnlyTheTypeIsNamed) {
  auto text = text_of(envelope(1, numbers(1'000'000, 5), 2));
  EXPECT_LT(text.size(), 100u);
  EXPECT_EQ(text.substr(0, 5), "(1, <");
  EXPECT_EQ(text.substr(text.size() - 5), ">, 2)");
}

TEST(KeptEnvelope, ALongTextIsCutOff) {
  auto text = text_of(envelope(std::string(2000, 'x')));
  EXPECT_LT(text.size(), 600u);
  EXPECT_EQ(text.substr(text.size() - 5), "xx...");
}

TEST(KeptEnvelope, APayloadThatCannotBeRenderedIsNamedByItsType) {
  EXPECT_NE(text_of(envelope(opaque{})).find("opaque"), std::string::npos);
}

} // namespace

} // namespace troupe
