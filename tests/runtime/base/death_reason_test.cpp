// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/death_reason.hpp"

#include <ostream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"

namespace troupe {
namespace {

struct out_of_paper {};

template <class T>
caf::error thrown(T x) {
  auto ptr = std::make_exception_ptr(std::move(x));
  return exception_reason(ptr);
}

const exit_origin by_17{exit_origin::kind::message, "actor 17"};
const exit_origin by_somebody{exit_origin::kind::message, ""};
const exit_origin linked_17{exit_origin::kind::link, "actor 17"};
const exit_origin linked_unknown{exit_origin::kind::link, ""};

struct death_case {
  std::string name;
  caf::error reason;
  exit_origin origin;
  death_cause cause;
  std::string line;
};

std::ostream& operator<<(std::ostream& out, const death_case& x) {
  return out << x.name;
}

class DeathReason : public testing::TestWithParam<death_case> {};

TEST_P(DeathReason, IsToldApartAndRenderedAsOneLine) {
  auto& x = GetParam();
  auto reason = explain(x.reason, x.origin);
  EXPECT_EQ(to_string(reason.cause), to_string(x.cause));
  EXPECT_EQ(to_string(reason), x.line);
  EXPECT_EQ(reason.error, x.reason);
  EXPECT_EQ(reason.origin, x.origin);
}

const death_case cases[] = {
    {"NoErrorIsTheEndOfItsWork", {}, {}, death_cause::finished, "finished"},
    {"AnErrorOfItsOwn",
     make_error(errc::bad_input, "no file"),
     {},
     death_cause::quit,
     "quit: no file"},
    {"AnErrorWithoutText",
     make_error(errc::bad_input),
     {},
     death_cause::quit,
     "quit: bad_input"},
    {"AnExceptionWithTypeAndText",
     thrown(std::runtime_error{"out of tea"}),
     {},
     death_cause::exception,
     "std::runtime_error: out of tea"},
    {"AnExceptionOfAnyType",
     thrown(out_of_paper{}),
     {},
     death_cause::exception,
     "troupe::(anonymous namespace)::out_of_paper: an exception that is no "
     "std::exception"},
    {"AnExceptionThatSaysNoMoreThanItsType",
     thrown(std::bad_alloc{}),
     {},
     death_cause::exception,
     "std::bad_alloc"},
    {"AnExceptionOfAPlainActor",
     caf::make_error(caf::sec::runtime_error),
     {},
     death_cause::exception,
     "exception: runtime_error"},
    {"AnExceptionOfAPlainBlockingActor",
     caf::make_error(caf::exit_reason::unhandled_exception),
     {},
     death_cause::exception,
     "exception: unhandled_exception"},
    {"AnExitMessage", caf::make_error(caf::exit_reason::user_shutdown), by_17,
     death_cause::exit_message, "told to exit by actor 17: user_shutdown"},
    {"AnExitMessageFromAnybody",
     caf::make_error(caf::exit_reason::user_shutdown), by_somebody,
     death_cause::exit_message, "told to exit: user_shutdown"},
    {"ALinkedActorThatThrew", thrown(std::runtime_error{"out of tea"}),
     linked_17, death_cause::link,
     "linked actor 17 ended: std::runtime_error: out of tea"},
    {"ALinkedActorThatIsGone", make_error(errc::bad_input, "no file"),
     linked_unknown, death_cause::link, "linked actor ended: no file"},
    {"AKill", caf::make_error(caf::exit_reason::kill), by_17,
     death_cause::killed, "killed by actor 17"},
    {"AKilledProcess",
     {static_cast<uint8_t>(caf::exit_reason::kill), caf::atom("exit"),
      caf::make_message(std::string{"by SIGKILL, in message (7)"})},
     by_17,
     death_cause::killed,
     "killed by actor 17: by SIGKILL, in message (7)"},
    {"AKillByAnybody",
     caf::make_error(caf::exit_reason::kill),
     {},
     death_cause::killed,
     "killed"},
    {"AnActorThatNobodyKnows",
     caf::make_error(caf::exit_reason::unreachable),
     {},
     death_cause::unreachable,
     "nobody had a handle of it any more"},
    {"AStartThatTookTooLong",
     make_error(errc::start_timeout, "did not start within 5s"),
     {},
     death_cause::start_timeout,
     "did not start within 5s"},
    {"AStartThatWasDeclined",
     make_error(errc::start_ignored, "declined to start"),
     {},
     death_cause::ignored,
     "declined to start"},
    {"ANodeThatIsLost",
     make_error(errc::link_lost, "the link to node b broke"),
     {},
     death_cause::node_lost,
     "the link to node b broke"},
};

INSTANTIATE_TEST_SUITE_P(Causes, DeathReason, testing::ValuesIn(cases),
                         [](auto& x) { return x.param.name; });

TEST(ExceptionReason, KeepsTheNameOfTheClassBesidesTheText) {
  auto reason = thrown(std::out_of_range{"index 7"});
  EXPECT_EQ(describe(reason), "index 7");
  EXPECT_EQ(exception_type(reason), "std::out_of_range");
  EXPECT_TRUE(is_exception(reason));
}

TEST(ExceptionReason, OtherErrorsHaveNoExceptionClass) {
  auto reason = make_error(errc::bad_input, "no file");
  EXPECT_EQ(exception_type(reason), "");
  EXPECT_FALSE(is_exception(reason));
}

} // namespace
} // namespace troupe
