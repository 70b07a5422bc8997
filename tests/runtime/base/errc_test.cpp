// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/errc.hpp"

#include <set>

#include <gtest/gtest.h>

#include "caf/exit_reason.hpp"
#include "caf/make_message.hpp"
#include "caf/sec.hpp"

namespace troupe {

TEST(Errc, EachCodeHasItsOwnName) {
  std::set<std::string> names;
  auto last = static_cast<int>(errc::bad_recycling);
  for (int code = 1; code <= last; ++code) {
    auto name = to_string(static_cast<errc>(code));
    EXPECT_NE(name, "unknown_errc") << "code " << code;
    EXPECT_TRUE(names.insert(name).second) << name << " is used twice";
  }
}

TEST(Errc, DescribePrefersTheTextForPeople) {
  EXPECT_EQ(describe(make_error(errc::queue_full, "4 tasks wait, limit 4")),
            "4 tasks wait, limit 4");
}

TEST(Errc, DescribeNamesCodesOfTroupeAndCaf) {
  EXPECT_EQ(describe(make_error(errc::queue_full)), "queue_full");
  EXPECT_EQ(describe(caf::make_error(caf::sec::request_timeout)),
            "request_timeout");
  EXPECT_EQ(describe(caf::make_error(caf::exit_reason::kill)), "kill");
  EXPECT_EQ(describe(caf::error{}), "no error");
}

} // namespace troupe
