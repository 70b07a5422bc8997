// SPDX-License-Identifier: Apache-2.0

#include "remote/etcd_messages.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace troupe::etcd {

namespace {

using nlohmann::json;

caf::node_id some_id() {
  caf::node_id::default_data::host_id_type host;
  host.fill(7);
  return caf::make_node_id(42, host);
}

} // namespace

TEST(EtcdMessages, Base64IsThatOfRfc4648) {
  std::pair<const char*, const char*> table[] = {{"", ""},
                                                 {"f", "Zg=="},
                                                 {"fo", "Zm8="},
                                                 {"foo", "Zm9v"},
                                                 {"foob", "Zm9vYg=="},
                                                 {"fooba", "Zm9vYmE="},
                                                 {"foobar", "Zm9vYmFy"}};
  for (auto& [plain, coded] : table) {
    EXPECT_EQ(to_base64(plain), coded);
    EXPECT_EQ(from_base64(coded), plain);
  }
  std::string bytes;
  for (int i = 0; i < 256; ++i)
    bytes += static_cast<char>(i);
  EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  for (auto wrong : {"Z", "Zg=", "Zg!=", "Z===", "===="})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

TEST(EtcdMessages, ARangeEndsBehindAllKeysWithThePrefix) {
  EXPECT_EQ(range_end("/a/"), "/a0");
  EXPECT_EQ(range_end("a\xff"), "b");
  EXPECT_EQ(range_end("\xff\xff"), std::string(1, '\0'));
}

TEST(EtcdMessages, RequestsAreOfTheFormOfTheGateway) {
  EXPECT_EQ(grant_request(std::chrono::seconds{10}), json({{"TTL", "10"}}));
  EXPECT_EQ(put_request("foo", "bar", "7"),
            json({{"key", "Zm9v"}, {"value", "YmFy"}, {"lease", "7"}}));
  EXPECT_EQ(create_request("foo", "bar", "7"), json::parse(R"({
    "compare": [{"target": "CREATE", "key": "Zm9v", "result": "EQUAL",
                 "create_revision": "0"}],
    "success": [{"request_put":
                 {"key": "Zm9v", "value": "YmFy", "lease": "7"}}]})"));
  EXPECT_EQ(delete_request("foo", 5), json::parse(R"({
    "compare": [{"target": "CREATE", "key": "Zm9v", "result": "EQUAL",
                 "create_revision": "5"}],
    "success": [{"request_delete_range": {"key": "Zm9v"}}]})"));
  EXPECT_EQ(watch_request("fo/", 6), json::parse(R"({"create_request":
    {"key": "Zm8v", "range_end": "Zm8w", "start_revision": "6"}})"));
}

TEST(EtcdMessages, AnswersAreUnderstood) {
  EXPECT_EQ(read_lease(json::parse(R"({"ID": "77", "TTL": "10"})")), "77");
  EXPECT_TRUE(read_renewal(json::parse(R"({"result": {"TTL": "10"}})")));
  EXPECT_FALSE(read_renewal(json::parse(R"({"result": {"ID": "77"}})")));
  auto list = read_listing(json::parse(R"({
    "header": {"revision": "9"},
    "kvs": [{"key": "Zm9v", "create_revision": "2", "value": "YmFy"},
            {"key": "Zm9x", "create_revision": "3"}]})"));
  ASSERT_TRUE(list);
  EXPECT_EQ(list->revision, 9u);
  ASSERT_EQ(list->entries.size(), 2u);
  EXPECT_EQ(list->entries[0].key, "foo");
  EXPECT_EQ(list->entries[0].value, "bar");
  EXPECT_EQ(list->entries[0].created, 2u);
  EXPECT_EQ(list->entries[1].value, "");
  EXPECT_EQ(read_creation(json::parse(
                R"({"header": {"revision": "5"}, "succeeded": true})")),
            5u);
  EXPECT_FALSE(read_creation(json::parse(R"({"header": {"revision": "5"}})")));
  EXPECT_TRUE(tells_of_changes(json::parse(R"({"result": {"events": [{}]}})")));
  EXPECT_FALSE(
      tells_of_changes(json::parse(R"({"result": {"created": true}})")));
}

TEST(EtcdMessages, AnswersOfAnotherFormAreRefused) {
  for (auto text : {"null", "[]", "7", R"({"header": 1, "kvs": 2})",
                    R"({"ID": 7, "result": [], "succeeded": "yes"})"}) {
    auto x = json::parse(text);
    EXPECT_FALSE(read_lease(x)) << text;
    EXPECT_FALSE(read_renewal(x)) << text;
    EXPECT_FALSE(read_listing(x)) << text;
    EXPECT_FALSE(read_creation(x)) << text;
    EXPECT_FALSE(tells_of_changes(x)) << text;
  }
  EXPECT_FALSE(read_listing(json::parse(R"({
    "header": {"revision": "9"},
    "kvs": [{"key": "?", "create_revision": "2"}]})")));
}

TEST(EtcdMessages, AContactSurvivesTheStore) {
  node_contact x{"a", some_id(), "127.0.0.1:4000"};
  EXPECT_EQ(read_contact(write_contact(x)), x);
  for (auto text : {"", "{", "{}", R"({"name": 1, "id": "", "address": ""})"})
    EXPECT_FALSE(read_contact(text)) << text;
}

} // namespace troupe::etcd
