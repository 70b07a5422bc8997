// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace bench {

namespace {

std::variant<options, early_exit> parse(std::vector<const char*> line) {
  line.insert(line.begin(), "bench");
  return parse_options(static_cast<int>(line.size()), line.data());
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
  EXPECT_EQ(refusal->text.find('\n'), std::string::npos) << refusal->text;
  return refusal->text;
}

} // namespace

TEST(BenchOptions, AreAllWorksAndPeersByDefault) {
  auto x = accepted({});
  EXPECT_EQ(
      x.works,
      (std::vector<std::string>{
          "pingpong",      "ring",         "many_to_one",   "spawn",
          "idle_memory",   "idle_request", "idle_cpu",      "fanout",
          "tiny_request",  "tiny_map",     "map_tiny",      "pool_tiny",
          "fib",           "buffer",       "buffer_thread", "buffer_process",
          "remote_rtt",    "remote_small", "remote_64k",    "remote_16m",
          "remote_buffer", "remote_busy",  "remote_tls",    "restart",
          "retry"}));
  EXPECT_EQ(x.peers, (std::vector<std::string>{"caf", "erlang", "tbb", "node",
                                               "piscina"}));
  EXPECT_EQ(x.runs, 5);
  EXPECT_FALSE(x.json);
  EXPECT_FALSE(x.plot);
  EXPECT_FALSE(x.install_peers);
  EXPECT_FALSE(x.child);
}

TEST(BenchOptions, TakeEachValue) {
  auto x = accepted({"spawn", "ring", "--peers", "erlang,caf", "--runs", "7",
                     "--json", "r.json", "--plot", "r.svg", "--install-peers"});
  EXPECT_EQ(x.works, (std::vector<std::string>{"spawn", "ring"}));
  EXPECT_EQ(x.peers, (std::vector<std::string>{"erlang", "caf"}));
  EXPECT_EQ(x.runs, 7);
  EXPECT_EQ(x.json, "r.json");
  EXPECT_EQ(x.plot, "r.svg");
  EXPECT_TRUE(x.install_peers);
}

TEST(BenchOptions, TakeNamesAfterPeers) {
  auto x = accepted({"--peers", "caf", "fib"});
  EXPECT_EQ(x.works, (std::vector<std::string>{"fib"}));
  EXPECT_EQ(x.peers, (std::vector<std::string>{"caf"}));
}

TEST(BenchOptions, TakeNoPeers) {
  EXPECT_TRUE(accepted({"--peers", ""}).peers.empty());
}

TEST(BenchOptions, NameWhatThereIsForAWrongName) {
  auto work = refused({"pingpog"});
  EXPECT_EQ(work.find("no work \"pingpog\"; there are: pingpong ring"), 0u)
      << work;
  EXPECT_EQ(refused({"--peers", "caf,akka"}),
            "no peer \"akka\"; there are: caf erlang tbb node piscina");
}

TEST(BenchOptions, RefuseANameTwice) {
  EXPECT_EQ(refused({"fib", "fib"}), "work fib is named twice");
  EXPECT_EQ(refused({"--peers", "caf,caf"}), "peer caf is named twice");
}

TEST(BenchOptions, NameRangeAndValueOfAWrongNumber) {
  for (auto text : {"0", "1001", "-1", "many", "2.5", "99999999999999"})
    EXPECT_EQ(refused({"--runs", text}),
              std::string{"--runs: is \""} + text + "\", must be 1 to 1000");
}

TEST(BenchOptions, RefuseWhatTheyDoNotKnow) {
  EXPECT_NE(refused({"--frobnicate"}).find("--frobnicate"), std::string::npos);
  EXPECT_NE(refused({"--json"}).find("--json"), std::string::npos);
}

TEST(BenchOptions, ExplainWorksFilesAndExitCodesInTheHelp) {
  auto result = parse({"--help"});
  auto& help = std::get<early_exit>(result);
  EXPECT_EQ(help.code, exit_code::ok);
  for (auto* part : {"pingpong", "tiny_map", "--peers", "--json", "ratios",
                     "Exit codes", "Examples", "more is better"})
    EXPECT_NE(help.text.find(part), std::string::npos) << part;
  EXPECT_EQ(help.text.find("--child"), std::string::npos);
}

} // namespace bench
