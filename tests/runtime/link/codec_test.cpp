// SPDX-License-Identifier: Apache-2.0

#include "link/codec.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/config_value.hpp"
#include "caf/proxy_registry.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"

namespace troupe {

namespace {

struct no_proxies : caf::proxy_registry::backend {
  caf::strong_actor_ptr make_proxy(caf::node_id, caf::actor_id) override {
    return nullptr;
  }

  void set_last_hop(caf::node_id*) override {
    // nop
  }
};

struct unregistered {
  int x = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, unregistered& x) {
  return f(x.x);
}

struct Codec : testing::Test {
  caf::expected<caf::message> round_trip(const caf::message& msg) {
    auto encoded = encode(system, msg);
    if (!encoded)
      return encoded.error();
    return decode(system, proxies, encoded->schema, encoded->payload);
  }

  config cfg;
  caf::actor_system system{cfg};
  no_proxies backend;
  caf::proxy_registry proxies{system, backend};
};

} // namespace
} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::unregistered)

namespace troupe {

TEST_F(Codec, MessagesComeOutAsTheyWentIn) {
  caf::message messages[] = {
      caf::make_message(),
      caf::make_message(int32_t{-1}, uint64_t{1} << 63, true, 0.1),
      caf::make_message(std::string{"a+b\0c", 5}, caf::atom("x")),
      caf::make_message(std::vector<std::string>{"", "y"}),
      caf::make_message(std::map<std::string, std::string>{{"k", "v"}}),
  };
  for (auto& msg : messages) {
    auto result = round_trip(msg);
    ASSERT_TRUE(result) << describe(result.error());
    EXPECT_EQ(to_string(*result), to_string(msg));
  }
}

TEST_F(Codec, ErrorsKeepCodeCategoryAndText) {
  auto result = round_trip(caf::make_message(
      make_error(errc::queue_full, "4 tasks wait, limit 4"),
      caf::make_error(caf::sec::request_timeout), caf::error{}));
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->get_as<caf::error>(0).code(),
            static_cast<uint8_t>(errc::queue_full));
  EXPECT_EQ(describe(result->get_as<caf::error>(0)), "4 tasks wait, limit 4");
  EXPECT_EQ(result->get_as<caf::error>(1), caf::sec::request_timeout);
  EXPECT_FALSE(result->get_as<caf::error>(2));
}

TEST_F(Codec, TypesThatNestWithoutLimitDoNotTravel) {
  caf::message messages[] = {
      caf::make_message(1, caf::config_value{1}),
      caf::make_message(unregistered{}),
  };
  for (auto& msg : messages) {
    auto encoded = encode(system, msg);
    ASSERT_FALSE(encoded);
    EXPECT_EQ(encoded.error().code(),
              static_cast<uint8_t>(errc::type_not_allowed));
  }
  for (auto name :
       {"@message", "@config_value", "@down", "nonsense", "+", ""}) {
    auto schema = std::string{"@i32+"} + name + "+@i32";
    auto decoded = decode(system, proxies, schema, std::string(64, '\0'));
    ASSERT_FALSE(decoded) << schema;
    EXPECT_EQ(decoded.error().code(),
              static_cast<uint8_t>(errc::type_not_allowed));
  }
}

TEST_F(Codec, PayloadsOfTheWrongLengthAreRefused) {
  auto encoded = encode(system, caf::make_message(std::string{"abc"}, 1));
  ASSERT_TRUE(encoded);
  for (auto payload :
       {encoded->payload.substr(0, encoded->payload.size() - 1),
        encoded->payload + '\0', std::string{}, std::string(3, '\xff')}) {
    auto decoded = decode(system, proxies, encoded->schema, payload);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code(), static_cast<uint8_t>(errc::bad_payload))
        << describe(decoded.error());
  }
}

TEST_F(Codec, RandomPayloadsNeverCrash) {
  auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random{seed};
  const char* schemas[] = {"@str+@i32", "@strvec", "@error", "@atom+bool",
                           "@actor",    "@strmap", "double"};
  for (int i = 0; i < 20'000; ++i) {
    std::string payload(random() % 40, '\0');
    // Seven bits each: declared lengths stay below what is worth refusing.
    for (auto& byte : payload)
      byte = static_cast<char>(random() & 0x7f);
    auto decoded = decode(system, proxies, schemas[random() % 7], payload);
    if (!decoded) {
      EXPECT_EQ(decoded.error().category(), errc_category);
    }
  }
}

TEST_F(Codec, MessagesOfTooManyElementsAreRefused) {
  std::string schema = "@i32";
  for (int i = 0; i < 64; ++i)
    schema += "+@i32";
  auto decoded = decode(system, proxies, schema, std::string(4 * 65, '\0'));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code(),
            static_cast<uint8_t>(errc::type_not_allowed));
}

} // namespace troupe
