// SPDX-License-Identifier: Apache-2.0

#include "journal.hpp"
#include "line_file.hpp"

#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace node_app {

using namespace std::chrono_literals;
using troupe::node_event;
using troupe::node_state;

TEST(Journal, SaysWhatBecomesOfANode) {
  struct {
    node_event event;
    const char* line;
  } table[] = {
      {{.name = "", .state = node_state::joining, .address = "b:1"},
       "node b:1 is not there yet"},
      {{.name = "b", .state = node_state::joining, .reason = "nobody"},
       "node b is not there yet: nobody"},
      {{.name = "b", .workers = 1}, "node b is up with 1 worker"},
      {{.name = "b", .workers = 2}, "node b is up with 2 workers"},
      {{.name = "b", .state = node_state::suspected, .reason = "silent"},
       "node b is suspected: silent"},
      {{.name = "b", .state = node_state::leaving}, "node b is leaving"},
      {{.name = "b", .state = node_state::lost, .reason = "gone"},
       "node b is lost: gone"},
      {{.name = "b", .state = node_state::left}, "node b left"},
  };
  for (auto& [event, line] : table)
    EXPECT_EQ(node_line(event, line_style::text), line);
}

TEST(Journal, JsonLinesHoldTheSame) {
  auto x = nlohmann::json::parse(node_line({.name = "b",
                                            .state = node_state::lost,
                                            .workers = 2,
                                            .reason = "gone",
                                            .address = "b:1",
                                            .roles = {"x"}},
                                           line_style::json));
  EXPECT_EQ(x["event"], "node");
  EXPECT_EQ(x["name"], "b");
  EXPECT_EQ(x["state"], "lost");
  EXPECT_EQ(x["workers"], 2);
  EXPECT_EQ(x["reason"], "gone");
  EXPECT_EQ(x["address"], "b:1");
  EXPECT_EQ(x["roles"][0], "x");
}

TEST(Journal, TheFirstAndTheLastLine) {
  readiness x{.name = "a", .address = "h:1", .workers = 2, .types = {"fib"}};
  EXPECT_EQ(ready_line(x, line_style::text),
            "ready as a on h:1 with 2 workers");
  auto json = nlohmann::json::parse(ready_line(x, line_style::json));
  EXPECT_EQ(json["address"], "h:1");
  EXPECT_EQ(json["types"][0], "fib");
  x.address.clear();
  EXPECT_EQ(ready_line(x, line_style::text), "ready as a with 2 workers");
  EXPECT_EQ(draining_line(1500ms, line_style::text),
            "stopping, at most 1.5 s for what runs here for others");
  EXPECT_EQ(stopped_line(drain_outcome::overdue, line_style::json),
            R"({"drained":false,"event":"stopped"})");
}

TEST(LineFile, TellsWhatItCouldNotWrite) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  line_file out{ends[1], line_style::text};
  std::string text;
  auto drain = [&] {
    char buffer[4096];
    text.clear();
    for (ssize_t n; (n = read(ends[0], buffer, sizeof(buffer))) > 0;)
      text.append(buffer, static_cast<size_t>(n));
  };
  out.say("one");
  // Nobody reads: the last of these goes out in part.
  std::string large(10'000, 'x');
  while (out.lost() == 0)
    out.say(large);
  while (write(ends[1], "x", 1) == 1)
    ; // to the last byte
  out.say("two");
  EXPECT_EQ(out.lost(), 2u);
  drain();
  EXPECT_TRUE(text.starts_with("one\n"));
  EXPECT_TRUE(text.ends_with("x"));
  out.say("three");
  EXPECT_EQ(out.lost(), 0u);
  drain();
  EXPECT_EQ(text, "\n2 lines before this one could not be written: Resource "
                  "temporarily unavailable\nthree\n");
  EXPECT_EQ(lost_line(1, "No space left on device", line_style::json),
            R"({"count":1,"event":"lost_lines",)"
            R"("reason":"No space left on device"})");
  close(ends[0]);
  close(ends[1]);
}

} // namespace node_app
