// SPDX-License-Identifier: Apache-2.0

#include "picture.hpp"

#include <chrono>
#include <regex>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;

std::string without_colours(const std::string& line) {
  return std::regex_replace(line, std::regex{"\x1b\\[[0-9]*m"}, "");
}

picture example() {
  troupe::child_info group{.id = "counters",
                           .state = troupe::child_state::up,
                           .is_supervisor = true,
                           .generation = 3,
                           .restarts = 1,
                           .limit = size_t{9}};
  troupe::child_info worker{
      .id = "count-1",
      .state = troupe::child_state::waiting,
      .generation = 12,
      .restarts = 2,
      .limit = size_t{6},
      .last_failure =
          make_error(troupe::errc::unhandled_exception, "lost \x1b[2J count"),
      .next_start = caf::timespan{7ms},
      .waiting_messages = 4};
  return {.groups = {{group, {worker}}},
          .events = {"first", "second", "third"},
          .pieces = 10,
          .pieces_done = 5,
          .steps = 4,
          .steps_done = 1};
}

TEST(DemoPicture, ShowsStateGenerationRestartsMailboxFailureAndDelay) {
  auto lines = draw(example(), 100, 30);
  std::string found;
  for (auto& x : lines)
    if (x.find("count-1") != x.npos)
      found = without_colours(x);
  EXPECT_NE(found.find("waiting"), found.npos) << found;
  EXPECT_NE(found.find("12"), found.npos) << found;
  EXPECT_NE(found.find("2/6"), found.npos) << found;
  EXPECT_NE(found.find(" 4 "), found.npos) << found;
  EXPECT_NE(found.find("in 7 ms: lost"), found.npos) << found;
}

TEST(DemoPicture, ShowsNoCommandToTheTerminalFromTheTextOfAFailure) {
  for (auto& x : draw(example(), 100, 30))
    EXPECT_EQ(x.find("\x1b[2J"), x.npos);
}

TEST(DemoPicture, FitsTheTerminal) {
  for (size_t width : {20, 40, 80}) {
    for (size_t height : {5, 10, 24}) {
      auto lines = draw(example(), width, height);
      EXPECT_LE(lines.size(), height);
      for (auto& x : lines)
        EXPECT_LE(without_colours(x).size(), std::max<size_t>(width, 23)) << x;
    }
  }
}

TEST(DemoPicture, ShowsTheLastEventsForWhichThereIsRoom) {
  auto lines = draw(example(), 80, 10);
  EXPECT_EQ(lines.back(), "third");
  EXPECT_EQ(lines[lines.size() - 2], "second");
}

} // namespace

} // namespace demo
