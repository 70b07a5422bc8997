// SPDX-License-Identifier: Apache-2.0

#include "troupe/remote/node_options.hpp"

#include <functional>

#include <gtest/gtest.h>
#include <unistd.h>

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

struct wrong_field {
  std::function<void(node_options&)> change;
  errc code;
  std::string text;
};

} // namespace

TEST(NodeOptions, DefaultsAreValid) {
  EXPECT_FALSE(validate(node_options{}));
}

TEST(NodeOptions, EndsOfAllRangesAreValid) {
  node_options x;
  x.name = std::string(64, 'n');
  x.listen = "[::1]:0";
  x.join = {"localhost:1", "127.0.0.1:65535"};
  x.workers = 0;
  x.connect_timeout = 10ms;
  x.max_message_bytes = 1 << 10;
  x.max_unsent_bytes = 1 << 10;
  EXPECT_EQ(describe(validate(x)), "no error");
  x.workers = 1024;
  x.connect_timeout = 10min;
  x.max_message_bytes = 1 << 30;
  x.max_unsent_bytes = uint64_t{16} << 30;
  EXPECT_EQ(describe(validate(x)), "no error");
}

TEST(NodeOptions, EachWrongFieldIsNamedWithValueAndRange) {
  wrong_field table[] = {
      {[](auto& x) { x.name = "a@b"; }, errc::invalid_option,
       "node.name: \"a@b\" is not a name of 1 to 64 characters "
       "A-Z a-z 0-9 . _ -"},
      {[](auto& x) { x.name = std::string(65, 'n'); }, errc::invalid_option,
       "node.name: \"" + std::string(65, 'n')
           + "\" is not a name of 1 to 64 characters A-Z a-z 0-9 . _ -"},
      {[](auto& x) { x.listen = "4000"; }, errc::invalid_address,
       "node.listen: \"4000\" is not an address HOST:PORT: the port is "
       "missing"},
      {[](auto& x) { x.listen = "0.0.0.0:4000"; }, errc::security_required,
       "node.listen: \"0.0.0.0:4000\" is not a loopback address, which needs "
       "node.security = tls or insecure"},
      {[](auto& x) {
         x.join = {"localhost:1", "b:1"};
       },
       errc::security_required,
       "node.join: \"b:1\" is not a loopback address, which needs "
       "node.security = tls or insecure"},
      {[](auto& x) { x.join = {"localhost:0"}; }, errc::invalid_address,
       "node.join: \"localhost:0\" has port 0, a node listens on 1 to 65535"},
      {[](auto& x) { x.seeds = {"localhost:0"}; }, errc::invalid_address,
       "node.seeds: \"localhost:0\" has port 0, a node listens on 1 to 65535"},
      {[](auto& x) { x.advertise = "localhost:1"; }, errc::invalid_option,
       "node.advertise: needs node.listen"},
      {[](auto& x) {
         x.listen = "localhost:0";
         x.advertise = "here";
       },
       errc::invalid_address,
       "node.advertise: \"here\" is not an address HOST:PORT: the port is "
       "missing"},
      {[](auto& x) {
         x.roles = {"a", ""};
       },
       errc::invalid_option,
       "node.roles: \"\" is not a name of 1 to 64 characters A-Z a-z 0-9 . _ "
       "-"},
      {[](auto& x) { x.roles.assign(65, "r"); }, errc::invalid_option,
       "node.roles: 65 roles, at most 64 are allowed"},
      {[](auto& x) { x.heartbeat_interval = 9ms; }, errc::invalid_option,
       "node.heartbeat-interval: 9ms is not in the range from 10ms to 1min"},
      {[](auto& x) { x.suspect_after = 500ms; }, errc::invalid_option,
       "node.suspect-after: 500ms is not more than node.heartbeat-interval, "
       "500ms, and at most 10min"},
      {[](auto& x) { x.lost_after = 11min; }, errc::invalid_option,
       "node.lost-after: 11min is not more than node.suspect-after, 1800ms, "
       "and at most 10min"},
      {[](auto& x) { x.etcd.endpoints = {"here"}; }, errc::invalid_address,
       "node.etcd: \"here\" is not an address HOST:PORT: the port is missing"},
      {[](auto& x) { x.etcd.prefix = "/troupe"; }, errc::invalid_option,
       "node.etcd-prefix: \"/troupe\" does not end in a slash"},
      {[](auto& x) { x.etcd.lease = 2500ms; }, errc::invalid_option,
       "node.etcd-lease: 2500ms is not a whole number of seconds"},
      {[](auto& x) { x.etcd.lease = 1s; }, errc::invalid_option,
       "node.etcd-lease: 1s is not in the range from 2s to 10min"},
      {[](auto& x) { x.lease = 99ms; }, errc::invalid_option,
       "node.lease: 99ms is not in the range from 100ms to 10min"},
      {[](auto& x) {
         x.security = link_security::tls;
         x.tls = {.ca = "ca.pem", .certificate = "a.pem", .key = ""};
       },
       errc::security_required,
       "node.tls-key: is needed for node.security = tls"},
      {[](auto& x) {
         x.tls = {.ca = "ca.pem", .certificate = "a.pem", .key = "a-key.pem"};
       },
       errc::invalid_option,
       "node.tls-ca: is only for node.security = tls, not for loopback_only"},
      {[](auto& x) {
         x.may_start.emplace({start_permission{"left", ""}});
       },
       errc::invalid_option, "node.may-start: \"left:\" is not PEER:TYPE"},
      {[](auto& x) { x.workers = 1025; }, errc::invalid_option,
       "node.workers: 1025 is not in the range from 0 to 1024"},
      {[](auto& x) { x.connect_timeout = 9ms; }, errc::invalid_option,
       "node.connect-timeout: 9ms is not in the range from 10ms to 10min"},
      {[](auto& x) { x.connect_timeout = -1s; }, errc::invalid_option,
       "node.connect-timeout: -1s is not in the range from 10ms to 10min"},
      {[](auto& x) { x.connect_timeout = 10min + 1ns; }, errc::invalid_option,
       "node.connect-timeout: 600000000001ns is not in the range from 10ms to "
       "10min"},
      {[](auto& x) { x.max_message_bytes = 1023; }, errc::invalid_option,
       "node.max-message-bytes: 1023 is not in the range from 1KiB to 1GiB"},
      {[](auto& x) { x.max_message_bytes = (1 << 30) + 1; },
       errc::invalid_option,
       "node.max-message-bytes: 1073741825 is not in the range from 1KiB to "
       "1GiB"},
      {[](auto& x) { x.max_unsent_bytes = 1023; }, errc::invalid_option,
       "node.max-unsent-bytes: 1023 is not in the range from 1KiB to 16GiB"},
      {[](auto& x) { x.max_wait = -1s; }, errc::invalid_option,
       "node.max-wait: -1s is not in the range from 0ns to 10min"},
      {[](auto& x) { x.max_wait = 11min; }, errc::invalid_option,
       "node.max-wait: 11min is not in the range from 0ns to 10min"},
      {[](auto& x) { x.max_unsent_bytes = uint64_t{17} << 30; },
       errc::invalid_option,
       "node.max-unsent-bytes: 17GiB is not in the range from 1KiB to 16GiB"},
  };
  for (auto& [change, code, text] : table) {
    node_options x;
    change(x);
    auto err = validate(x);
    EXPECT_EQ(err, code) << text;
    EXPECT_EQ(describe(err), text);
  }
}

TEST(NodeOptions, TheAddressToDialIsTheOneToListenOnUnlessSaidOtherwise) {
  node_options x;
  EXPECT_EQ(advertised_address(x), "");
  x.listen = "127.0.0.1:0";
  EXPECT_EQ(advertised_address(x), "127.0.0.1:0");
  x.advertise = "node-1.example:4000";
  EXPECT_EQ(advertised_address(x), "node-1.example:4000");
  x.advertise.reset();
  for (auto everywhere : {"0.0.0.0:4000", "[::]:4000"}) {
    x.listen = everywhere;
    char host[256] = {};
    ASSERT_EQ(gethostname(host, sizeof(host) - 1), 0);
    EXPECT_EQ(advertised_address(x), std::string{host} + ":4000");
  }
}

TEST(NodeOptions, InsecurePermitsOtherHosts) {
  node_options x;
  x.security = link_security::insecure;
  x.listen = "0.0.0.0:0";
  x.join = {"node-2.example:4000"};
  EXPECT_EQ(describe(validate(x)), "no error");
}

TEST(NodeOptions, OnlyTlsForbidsStartsByDefault) {
  node_options x;
  EXPECT_TRUE(may_start(x, "left", "fib"));
  x.security = link_security::tls;
  EXPECT_FALSE(may_start(x, "left", "fib"));
}

TEST(NodeOptions, MayStartNamesPeersAndTypes) {
  node_options x;
  x.may_start.emplace({start_permission{"left", "fib"},
                       start_permission{"*", "flaky"},
                       start_permission{"root", "*"}});
  EXPECT_TRUE(may_start(x, "left", "fib"));
  EXPECT_FALSE(may_start(x, "left", "shell"));
  EXPECT_FALSE(may_start(x, "right", "fib"));
  EXPECT_TRUE(may_start(x, "right", "flaky"));
  EXPECT_TRUE(may_start(x, "root", "shell"));
}

TEST(NodeOptions, DefaultNameIsValidAndEndsInTheProcessId) {
  node_options x;
  x.name = default_node_name();
  EXPECT_EQ(describe(validate(x)), "no error");
  EXPECT_TRUE(x.name.ends_with("-" + std::to_string(getpid()))) << x.name;
}

} // namespace troupe
