// SPDX-License-Identifier: Apache-2.0

#include "pool/doubt.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"

namespace troupe {
namespace {

TEST(Doubt, ABouncedRequestWasNotBegun) {
  EXPECT_EQ(doubt_about(caf::make_error(caf::sec::request_receiver_down)),
            doubt::untouched);
}

TEST(Doubt, AnErrorThatIsSentOnDeathMeansThatTheWorkerBroke) {
  for (auto x : {caf::make_error(caf::sec::runtime_error),
                 make_error(errc::unhandled_exception, "vector::at"),
                 make_error(errc::link_lost, "node b fell silent")})
    EXPECT_EQ(doubt_about(x), doubt::broken) << describe(x);
}

TEST(Doubt, ADeadProcessMayHaveBeenDoneWithTheTask) {
  EXPECT_EQ(doubt_about(make_error(errc::process_died, "killed by SIGSEGV")),
            doubt::fallen);
}

TEST(Doubt, OtherErrorsAreAnswers) {
  for (auto x : {caf::error{}, caf::make_error(caf::sec::invalid_argument),
                 caf::make_error(caf::sec::unexpected_message),
                 caf::make_error(caf::exit_reason::user_shutdown),
                 make_error(errc::queue_full)})
    EXPECT_EQ(doubt_about(x), std::nullopt) << describe(x);
}

} // namespace
} // namespace troupe
