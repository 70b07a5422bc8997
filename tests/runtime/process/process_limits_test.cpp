// SPDX-License-Identifier: Apache-2.0

#include "troupe/process/process_limits.hpp"

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/process/process_options.hpp"

#include "process/limit_plan.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using kind = resource_limit::kind;

// -- what is wrong with options -----------------------------------------------

struct option_case {
  std::string name;
  std::function<void(process_options&)> change;
  caf::error expected;
  std::string text;
};

std::ostream& operator<<(std::ostream& out, const option_case& x) {
  return out << x.name;
}

class ProcessOptions : public testing::TestWithParam<option_case> {};

TEST_P(ProcessOptions, NameTheFieldThatIsWrong) {
  process_options x;
  GetParam().change(x);
  auto err = validate(x);
  EXPECT_EQ(err, GetParam().expected);
  EXPECT_EQ(err ? describe(err) : "", GetParam().text);
}

std::vector<option_case> option_cases() {
  auto fine = caf::error{};
  return {
      {"Defaults", [](auto&) {}, fine, ""},
      {"NoRoomForMessages", [](auto& x) { x.max_waiting = 0; },
       make_error(errc::bad_max_waiting),
       "max_waiting is 0, must be 1 to 16777216"},
      {"SmallestAddressSpace",
       [](auto& x) { x.limits.address_space_bytes = 1 << 20; }, fine, ""},
      {"NoAddressSpace", [](auto& x) { x.limits.address_space_bytes = 0; },
       make_error(errc::bad_address_space_limit),
       "address_space_bytes is 0, must be 1MiB to 1PiB"},
      {"TooMuchAddressSpace",
       [](auto& x) { x.limits.address_space_bytes = uint64_t{2} << 50; },
       make_error(errc::bad_address_space_limit),
       "address_space_bytes is 2097152GiB, must be 1MiB to 1PiB"},
      {"ASecond", [](auto& x) { x.limits.cpu_time = 1s; }, fine, ""},
      {"NoTime", [](auto& x) { x.limits.cpu_time = 0s; },
       make_error(errc::bad_cpu_limit),
       "cpu_time is 0ns, must be 1s to 10 years"},
      {"NegativeTime", [](auto& x) { x.limits.cpu_time = -1s; },
       make_error(errc::bad_cpu_limit),
       "cpu_time is -1s, must be 1s to 10 years"},
      {"VeryNice", [](auto& x) { x.limits.niceness = 19; }, fine, ""},
      {"TooNice", [](auto& x) { x.limits.niceness = 20; },
       make_error(errc::bad_niceness), "niceness is 20, must be 0 to 19"},
      {"NotNice", [](auto& x) { x.limits.niceness = -1; },
       make_error(errc::bad_niceness), "niceness is -1, must be 0 to 19"},
      {"FewFiles", [](auto& x) { x.limits.open_files = 63; },
       make_error(errc::bad_open_files_limit),
       "open_files is 63, must be 64 to 1048576"},
      {"ManyFiles", [](auto& x) { x.limits.open_files = 1 << 20; }, fine, ""},
      {"ProgramInPath", [](auto& x) { x.program = "./worker"; }, fine, ""},
      {"ProgramWithoutPath", [](auto& x) { x.program = "worker"; },
       make_error(errc::bad_program),
       "program is \"worker\", must be a path with a slash"},
      {"EmptyProgram", [](auto& x) { x.program = ""; },
       make_error(errc::bad_program),
       "program is \"\", must be a path with a slash"},
      {"NegativeQuitTimeout", [](auto& x) { x.quit_timeout = -1ms; },
       make_error(errc::bad_process_timeout),
       "quit_timeout is -1ms, must be 0ns to 24 hours"},
      {"LongTermTimeout", [](auto& x) { x.term_timeout = 25h; },
       make_error(errc::bad_process_timeout),
       "term_timeout is 1500min, must be 0ns to 24 hours"},
  };
}

INSTANTIATE_TEST_SUITE_P(, ProcessOptions, testing::ValuesIn(option_cases()),
                         [](auto& x) { return x.param.name; });

TEST(ProcessLimits, NameCoresThatThisProcessMayNotUse) {
  auto err = validate(process_limits{.cores = {100'000}});
  EXPECT_EQ(err, errc::bad_cores);
  EXPECT_TRUE(describe(err).starts_with("cores has 100000, must be of "));
}

TEST(ProcessHostOptions, NameTheFieldThatIsWrong) {
  EXPECT_EQ(validate(process_host_options{}), caf::none);
  EXPECT_EQ(validate({.prestarted = 65}), errc::bad_prestarted);
  EXPECT_EQ(validate({.threads = 0}), errc::bad_worker_threads);
  EXPECT_EQ(validate({.threads = 1'025}), errc::bad_worker_threads);
  EXPECT_EQ(validate({.join_timeout = 99ms}), errc::bad_process_timeout);
  EXPECT_EQ(validate({.max_message_bytes = 1'023}), errc::invalid_option);
  EXPECT_EQ(validate({.output_watchers = {caf::actor{}}}), errc::bad_watcher);
  EXPECT_EQ(validate({.max_line_bytes = 79}), errc::invalid_option);
  EXPECT_EQ(describe(validate({.prestarted = 65})),
            "prestarted is 65, must be 0 to 64");
}

// -- what they mean -----------------------------------------------------------

TEST(LimitPlan, IsEmptyWithoutLimits) {
  EXPECT_TRUE(plan_limits({}, {}).empty());
  EXPECT_TRUE(plan_limits({.niceness = 3, .cores = {0}}, {}).empty());
}

TEST(LimitPlan, CountsFromWhatTheProcessHasUsed) {
  using limits = std::vector<resource_limit>;
  limits_before now{.address_space_bytes = 1'000'000,
                    .cpu_time = 300ms,
                    .max_open_files = 1'000};
  EXPECT_EQ(plan_limits({.address_space_bytes = 4'000'000}, now),
            (limits{{kind::address_space, 5'000'000, 5'000'000}}));
  EXPECT_EQ(plan_limits({.cpu_time = 2s}, now),
            (limits{{kind::cpu_seconds, 3, 4}}));
  EXPECT_EQ(plan_limits({.open_files = 100}, now),
            (limits{{kind::open_files, 100, 100}}));
}

TEST(LimitPlan, RoundsProcessorTimeUp) {
  auto seconds = [](caf::timespan limit, std::chrono::microseconds used) {
    return plan_limits({.cpu_time = limit}, {.cpu_time = used}).front().soft;
  };
  EXPECT_EQ(seconds(1s, 0us), 1u);
  EXPECT_EQ(seconds(1s, 1us), 2u);
  EXPECT_EQ(seconds(1500ms, 500ms), 2u);
}

TEST(LimitPlan, StaysBelowWhatTheProcessMaySet) {
  auto plan = plan_limits({.open_files = 4'096}, {.max_open_files = 1'024});
  EXPECT_EQ(plan.front().soft, 1'024u);
  EXPECT_EQ(plan.front().hard, 1'024u);
}

} // namespace
} // namespace troupe
