// SPDX-License-Identifier: Apache-2.0

#include "location/qualified_name.hpp"

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"
#include "troupe/location/directory.hpp"

namespace troupe {

TEST(QualifiedName, ANodeFollowsTheAt) {
  auto here = parse_qualified_name("fib pool/1");
  ASSERT_TRUE(here);
  EXPECT_EQ(here->name, "fib pool/1");
  EXPECT_EQ(here->node, std::nullopt);
  auto there = parse_qualified_name("fib@left");
  ASSERT_TRUE(there);
  EXPECT_EQ(there->name, "fib");
  EXPECT_EQ(there->node, "left");
}

TEST(QualifiedName, LengthIsLimited) {
  std::string longest(max_name_bytes, 'x');
  EXPECT_TRUE(parse_local_name(longest));
  EXPECT_TRUE(parse_qualified_name(longest));
  EXPECT_TRUE(parse_qualified_name(longest + "@node"));
  EXPECT_FALSE(parse_local_name(longest + "x"));
  EXPECT_FALSE(parse_qualified_name(longest + "x"));
  EXPECT_FALSE(parse_qualified_name(longest + "x@node"));
  EXPECT_FALSE(parse_qualified_name("x@" + longest + "x"));
}

TEST(QualifiedName, EmptyPartsAndSeveralAtsAreRefused) {
  for (auto text : {"", "@", "a@", "@b", "a@b@c", "a@@b"}) {
    auto x = parse_qualified_name(text);
    ASSERT_FALSE(x) << text;
    EXPECT_EQ(x.error(), errc::invalid_option) << text;
  }
  EXPECT_EQ(describe(parse_qualified_name("a@").error()),
            "\"a@\" is not a name or name@node of 1 to 200 bytes each");
}

TEST(QualifiedName, ALocalNameHasNoNode) {
  for (auto text : {"", "a@b"}) {
    auto x = parse_local_name(text);
    ASSERT_FALSE(x) << text;
    EXPECT_EQ(x.error(), errc::invalid_option) << text;
  }
  EXPECT_EQ(describe(parse_local_name("a@b").error()),
            "\"a@b\" is not a name of 1 to 200 bytes without @");
}

} // namespace troupe
