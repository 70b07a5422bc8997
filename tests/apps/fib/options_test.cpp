// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace fib_app {

namespace {

std::variant<options, early_exit> parse(std::vector<const char*> line) {
  line.insert(line.begin(), "fib");
  return parse_options(static_cast<int>(line.size()), line.data(), 3);
}

options accepted(std::vector<const char*> line) {
  auto result = parse(std::move(line));
  if (auto* refusal = std::get_if<early_exit>(&result)) {
    ADD_FAILURE() << refusal->text;
    return {};
  }
  return std::get<options>(result);
}

std::string refused(std::vector<const char*> line) {
  auto result = parse(std::move(line));
  auto* refusal = std::get_if<early_exit>(&result);
  if (refusal == nullptr) {
    ADD_FAILURE() << "accepted";
    return {};
  }
  EXPECT_EQ(refusal->code, exit_code::usage);
  EXPECT_EQ(refusal->text.find('\n'), std::string::npos);
  return refusal->text;
}

} // namespace

TEST(Options, AreTheExperimentByDefault) {
  auto x = accepted({});
  EXPECT_EQ(x.n, 40);
  EXPECT_EQ(x.tasks, 10u);
  EXPECT_EQ(x.workers, 3u);
  EXPECT_EQ(x.isolation, troupe::isolation::pooled);
}

TEST(Options, TakeEachValue) {
  auto x = accepted({"--n",
                     "42",
                     "--tasks=7",
                     "--workers",
                     "5",
                     "--isolation",
                     "thread",
                     "--output",
                     "o.csv",
                     "--json",
                     "--skip-sequential",
                     "--listen",
                     "127.0.0.1:0",
                     "--join",
                     "a:1",
                     "--join",
                     "b:2",
                     "--name",
                     "me",
                     "--insecure",
                     "--config",
                     "c.conf"});
  EXPECT_EQ(x.n, 42);
  EXPECT_EQ(x.tasks, 7u);
  EXPECT_EQ(x.workers, 5u);
  EXPECT_EQ(x.isolation, troupe::isolation::thread);
  EXPECT_EQ(x.output, "o.csv");
  EXPECT_TRUE(x.json);
  EXPECT_TRUE(x.skip_sequential);
  EXPECT_EQ(x.listen, "127.0.0.1:0");
  EXPECT_EQ(x.join, (std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_EQ(x.name, "me");
  EXPECT_TRUE(x.insecure);
  EXPECT_EQ(x.config_file, "c.conf");
}

TEST(Options, TakeEachLevelOfIsolation) {
  using troupe::isolation;
  EXPECT_EQ(accepted({"--isolation", "pooled"}).isolation, isolation::pooled);
  EXPECT_EQ(accepted({"--isolation", "process"}).isolation, isolation::process);
  auto on_nodes = accepted({"--isolation", "node", "--join", "a:1"});
  EXPECT_EQ(on_nodes.isolation, isolation::node);
  EXPECT_EQ(on_nodes.workers, 0u);
}

TEST(Options, NameRangeAndValueOfAWrongNumber) {
  EXPECT_EQ(refused({"--n", "91"}), "--n: is \"91\", must be 0 to 90");
  EXPECT_EQ(refused({"--n", "-1"}), "--n: is \"-1\", must be 0 to 90");
  EXPECT_EQ(refused({"--n", "ten"}), "--n: is \"ten\", must be 0 to 90");
  EXPECT_EQ(refused({"--n", "4.5"}), "--n: is \"4.5\", must be 0 to 90");
  EXPECT_EQ(refused({"--n", "99999999999999999999"}),
            "--n: is \"99999999999999999999\", must be 0 to 90");
  EXPECT_EQ(refused({"--tasks", "0"}),
            "--tasks: is \"0\", must be 1 to 10000000");
  EXPECT_EQ(refused({"--workers", "1025"}),
            "--workers: is \"1025\", must be 0 to 1024");
}

TEST(Options, RefuseWhatTheyDoNotKnow) {
  EXPECT_NE(refused({"--frobnicate"}).find("--frobnicate"), std::string::npos);
  EXPECT_NE(refused({"extra"}).find("extra"), std::string::npos);
  EXPECT_NE(refused({"--n"}).find("--n"), std::string::npos);
}

TEST(Options, RefuseLevelsOfIsolationThatAreNotThere) {
  EXPECT_EQ(refused({"--isolation", "node", "--join", "a:1", "--workers", "1"}),
            "--workers counts those of this process, of which --isolation node "
            "has none");
  EXPECT_EQ(refused({"--serve", "--listen", "a:1", "--isolation", "node"}),
            "--serve has no use for --isolation node");
  EXPECT_EQ(
      refused({"--isolation", "magic"}),
      "--isolation: \"magic\" is neither pooled, thread, process nor node");
}

TEST(Options, RefuseWhatContradictsItself) {
  EXPECT_EQ(refused({"--serve", "--listen", "a:1", "--isolation", "process"}),
            "--serve has no use for --isolation process");
  EXPECT_NE(refused({"--input", "f", "--n", "3"}).find("excludes"),
            std::string::npos);
  EXPECT_NE(refused({"--serve", "--listen", "a:1", "--json"}).find("excludes"),
            std::string::npos);
}

TEST(Options, ListJsonKeysAndExitCodesInTheHelp) {
  auto result = parse({"--help"});
  auto& help = std::get<early_exit>(result);
  EXPECT_EQ(help.code, exit_code::ok);
  for (auto* key :
       {"tasks", "lost", "repeated", "wrong", "sequential_s", "parallel_s",
        "cores", "efficiency", "gap_p50_ms", "gap_p99_ms", "gap_max_ms",
        "sequential_gap_max_ms", "nodes", "restarts", "Exit codes", "130"})
    EXPECT_NE(help.text.find(key), std::string::npos) << key;
}

} // namespace fib_app
