// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/exit_kind.hpp"

#include <gtest/gtest.h>

#include "caf/exit_reason.hpp"
#include "caf/make_message.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

TEST(ExitKind, NoErrorIsNormal) {
  EXPECT_EQ(kind_of(caf::error{}), exit_kind::normal);
  EXPECT_EQ(kind_of(make_error(caf::exit_reason::normal)), exit_kind::normal);
}

TEST(ExitKind, AShutdownMayHaveAText) {
  auto bare = make_error(caf::exit_reason::user_shutdown);
  EXPECT_EQ(kind_of(bare), exit_kind::shutdown);
  caf::error with_text{bare.code(), bare.category(),
                       caf::make_message(std::string{"night"})};
  EXPECT_EQ(kind_of(with_text), exit_kind::shutdown);
}

TEST(ExitKind, EveryOtherErrorIsAFailure) {
  EXPECT_EQ(kind_of(make_error(errc::unhandled_exception, "boom")),
            exit_kind::failure);
  EXPECT_EQ(kind_of(make_error(errc::restarts_exhausted)), exit_kind::failure);
  EXPECT_EQ(kind_of(make_error(caf::sec::runtime_error)), exit_kind::failure);
  EXPECT_EQ(kind_of(make_error(caf::exit_reason::unreachable)),
            exit_kind::failure);
  EXPECT_TRUE(is_failure(exit_kind::failure));
}

TEST(ExitKind, AKillIsAFailureOfItsOwnKind) {
  EXPECT_EQ(kind_of(make_error(caf::exit_reason::kill)), exit_kind::killed);
  EXPECT_TRUE(is_failure(exit_kind::killed));
  EXPECT_FALSE(is_failure(exit_kind::normal));
  EXPECT_FALSE(is_failure(exit_kind::shutdown));
}

} // namespace troupe
