// SPDX-License-Identifier: Apache-2.0

#include "process/death_text.hpp"

#include <chrono>
#include <csignal>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/exit_reason.hpp"

#include "troupe/base/death_reason.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"
#include "troupe/base/exit_kind.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t gib = uint64_t{1} << 30;

process_end by_signal(int number) {
  return {.how = process_end::kind::signaled, .number = number};
}

caf::error thrown(const std::string& text) {
  auto ptr = std::make_exception_ptr(std::runtime_error{text});
  return exception_reason(ptr);
}

struct death_case {
  std::string name;
  death_facts facts;
  exit_kind kind;
  std::string line;
};

std::ostream& operator<<(std::ostream& out, const death_case& x) {
  return out << x.name;
}

class DeathText : public testing::TestWithParam<death_case> {};

TEST_P(DeathText, SaysWhatIsKnown) {
  auto& x = GetParam();
  auto reason = death_reason_of(x.facts);
  EXPECT_EQ(to_string(kind_of(reason)), to_string(x.kind));
  EXPECT_EQ(describe(reason), x.line);
}

std::vector<death_case> death_cases() {
  auto seen = by_signal(SIGSEGV);
  seen.peak_rss_bytes = 2 * gib + gib / 10;
  auto exhausted = by_signal(SIGXCPU);
  exhausted.cpu_time = 2'040ms;
  auto told_rss =
      process_end{.how = process_end::kind::exited, .peak_rss_bytes = gib};
  return {
      {"ASegmentationFault",
       {.end = seen,
        .handled = 3,
        .in_message = "(compute, 41)",
        .limits = {.address_space_bytes = 2 * gib}},
       exit_kind::failure,
       "killed by SIGSEGV after 3 messages, in message (compute, 41), 2.1 GiB "
       "resident, limit 2 GiB"},
      {"BetweenMessages",
       {.end = by_signal(SIGABRT), .handled = 1},
       exit_kind::failure,
       "killed by SIGABRT after 1 message"},
      {"AStatus",
       {.end = {.how = process_end::kind::exited, .number = 3}, .handled = 0},
       exit_kind::failure,
       "exited with status 3 after 0 messages"},
      {"ASignalWithoutName",
       {.end = by_signal(64), .handled = 0},
       exit_kind::failure,
       "killed by signal 64 after 0 messages"},
      {"TooMuchProcessorTime",
       {.end = exhausted,
        .handled = 0,
        .in_message = "(7)",
        .limits = {.cpu_time = 2s}},
       exit_kind::failure,
       "killed by SIGXCPU after 0 messages, in message (7), 2.04 s of "
       "processor time, limit 2 s"},
      {"AnUnknownEnd",
       {},
       exit_kind::failure,
       "ended, nobody knows how while starting"},
      {"BeforeTheActorHadStarted",
       {.end = by_signal(SIGSEGV)},
       exit_kind::failure,
       "killed by SIGSEGV while starting"},
      {"AProcessThatWasGivenUp",
       {.end = by_signal(SIGKILL),
        .given_up = "the link to it broke",
        .handled = 0},
       exit_kind::failure,
       "the link to it broke, killed by SIGKILL after 0 messages"},
      {"ATermSignalOnTheWayDown",
       {.end = by_signal(SIGTERM),
        .stopping = stop_phase::terminated,
        .asked = caf::make_error(caf::exit_reason::user_shutdown),
        .handled = 0},
       exit_kind::shutdown,
       "killed by SIGTERM after 0 messages"},
      {"AKillOnTheWayDown",
       {.end = by_signal(SIGKILL),
        .stopping = stop_phase::killed,
        .asked = caf::make_error(caf::exit_reason::kill),
        .handled = 0,
        .in_message = "(7)"},
       exit_kind::killed,
       "killed by SIGKILL after 0 messages, in message (7)"},
      {"AnActorThatDidNotStart",
       {.told = make_error(errc::unknown_actor_type, "no type fob"),
        .end = by_signal(SIGKILL)},
       exit_kind::failure,
       "no type fob"},
      {"AnExceptionOfTheActor",
       {.told = thrown("out of tea"),
        .end = told_rss,
        .handled = 2,
        .in_message = "(1, 2)",
        .limits = {.address_space_bytes = 2 * gib}},
       exit_kind::failure,
       "out of tea, after 2 messages, in message (1, 2), 1 GiB resident, limit "
       "2 GiB"},
      {"ANormalEndOfTheActor",
       {.told = caf::error{}, .end = told_rss},
       exit_kind::normal,
       "no error"},
      {"AnActorThatWasAskedToEnd",
       {.told = caf::make_error(caf::exit_reason::user_shutdown),
        .stopping = stop_phase::asked},
       exit_kind::shutdown,
       "user_shutdown"},
  };
}

INSTANTIATE_TEST_SUITE_P(, DeathText, testing::ValuesIn(death_cases()),
                         [](auto& x) { return x.param.name; });

TEST(DeathTextOfAnException, KeepsItsClass) {
  auto reason = death_reason_of({.told = thrown("out of tea"), .handled = 0});
  EXPECT_EQ(to_string(explain(reason)),
            "std::runtime_error: out of tea, after 0 messages");
}

TEST(DeathTextOfAProcess, IsACauseOfItsOwn) {
  auto reason = death_reason_of({.end = by_signal(SIGSEGV), .handled = 0});
  EXPECT_EQ(explain(reason).cause, death_cause::process_died);
  EXPECT_EQ(to_string(explain(reason)), "killed by SIGSEGV after 0 messages");
}

} // namespace
} // namespace troupe
