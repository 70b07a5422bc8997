// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/address.hpp"

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

namespace troupe {

TEST(Address, ReadsHostAndPortAndWritesThemBack) {
  struct {
    const char* text;
    address expected;
  } table[] = {
      {"127.0.0.1:4000", {"127.0.0.1", 4000}},
      {"0.0.0.0:0", {"0.0.0.0", 0}},
      {"localhost:1", {"localhost", 1}},
      {"node-1.example.org:65535", {"node-1.example.org", 65535}},
      {"host_a:80", {"host_a", 80}},
      {"4ever:80", {"4ever", 80}},
      {"[::1]:4000", {"::1", 4000}},
      {"[2001:db8::7]:0", {"2001:db8::7", 0}},
  };
  for (auto& [text, expected] : table) {
    auto x = parse_address(text);
    ASSERT_TRUE(x) << text << ": " << describe(x.error());
    EXPECT_EQ(*x, expected) << text;
    EXPECT_EQ(to_string(*x), text);
  }
}

TEST(Address, RefusesEachMalformedTextWithItsReason) {
  struct {
    std::string text;
    const char* reason;
  } table[] = {
      {"", "the port is missing"},
      {"localhost", "the port is missing"},
      {"[::1]", "the port is missing"},
      {"[::1]4000", "the port is missing"},
      {"[::1:4000", "the bracket is not closed"},
      {":4000", "the host is missing"},
      {"::1:4000", "an IPv6 address stands in brackets"},
      {"[]:4000", "no IPv6 address"},
      {"[localhost]:4000", "no IPv6 address"},
      {"[fe80::1%eth0]:4000", "no IPv6 address"},
      {"localhost:", "not a number from 0 to 65535"},
      {"localhost:x", "not a number from 0 to 65535"},
      {"localhost:-1", "not a number from 0 to 65535"},
      {"localhost:+1", "not a number from 0 to 65535"},
      {"localhost:65536", "not a number from 0 to 65535"},
      {"localhost:99999999999", "not a number from 0 to 65535"},
      {"localhost:40 ", "not a number from 0 to 65535"},
      {"256.0.0.1:1", "neither a name nor an IPv4 address"},
      {"127.1:1", "neither a name nor an IPv4 address"},
      {"10:1", "neither a name nor an IPv4 address"},
      {"a b:1", "neither a name nor an IPv4 address"},
      {"a..b:1", "neither a name nor an IPv4 address"},
      {"-a:1", "neither a name nor an IPv4 address"},
      {"http://a:1", "an IPv6 address stands in brackets"},
      {std::string("a\0b:1", 5), "neither a name nor an IPv4 address"},
      {std::string("127.0.0.1\0x:1", 13), "neither a name nor an IPv4 address"},
      {std::string("[::1\0x]:1", 9), "no IPv6 address"},
      {std::string(254, 'a') + ":1", "neither a name nor an IPv4 address"},
  };
  for (auto& [text, reason] : table) {
    auto x = parse_address(text);
    ASSERT_FALSE(x) << text;
    EXPECT_EQ(x.error(), errc::invalid_address) << text;
    EXPECT_NE(describe(x.error()).find(reason), std::string::npos)
        << describe(x.error());
    EXPECT_EQ(describe(x.error()).find('\n'), std::string::npos);
  }
}

TEST(Address, OnlyAddressesThatStayOnTheHostAreLoopback) {
  struct {
    const char* host;
    bool expected;
  } table[] = {
      {"localhost", true},
      {"LocalHost", true},
      {"127.0.0.1", true},
      {"127.255.0.9", true},
      {"::1", true},
      {"0:0:0:0:0:0:0:1", true},
      {"0.0.0.0", false},
      {"::", false},
      {"128.0.0.1", false},
      {"192.168.0.1", false},
      {"localhost.x", false},
      {"127.example", false},
      {"::ffff:1.2.3.4", false},
  };
  for (auto& [host, expected] : table)
    EXPECT_EQ(is_loopback({host, 1}), expected) << host;
}

} // namespace troupe
