// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace cli {

namespace {

using act = troupe::observer_action::kind;

std::variant<options, early_exit> parse(std::vector<const char*> line) {
  line.insert(line.begin(), "troupe");
  return parse_options(static_cast<int>(line.size()), line.data());
}

options parsed(std::vector<const char*> line) {
  auto result = parse(std::move(line));
  if (auto x = std::get_if<early_exit>(&result)) {
    ADD_FAILURE() << x->text;
    return {};
  }
  return std::get<options>(result);
}

exit_code refused(std::vector<const char*> line) {
  auto result = parse(std::move(line));
  auto x = std::get_if<early_exit>(&result);
  return x != nullptr ? x->code : exit_code::ok;
}

TEST(TroupeOptions, NameACommand) {
  EXPECT_EQ(parsed({"tree"}).what, command::tree);
  EXPECT_EQ(parsed({"ps", "shop/cache", "--sort", "waiting"}).sort,
            order::waiting);
  EXPECT_EQ(parsed({"top"}).what, command::top);
  EXPECT_EQ(parsed({"tree", "shop"}).under, "shop");
  auto events = parsed({"events", "--follow", "-n", "5", "--on", "left"});
  EXPECT_EQ(events.what, command::events);
  EXPECT_TRUE(events.follow);
  EXPECT_EQ(events.lines, 5u);
  EXPECT_EQ(events.on, "left");
  EXPECT_EQ(parsed({"dead-letters"}).what, command::dead_letters);
  EXPECT_EQ(parsed({"nodes"}).what, command::nodes);
  auto trace = parsed({"trace", "0af7", "--otlp", "spans.jsonl"});
  EXPECT_EQ(trace.what, command::trace);
  EXPECT_EQ(trace.trace, "0af7");
  EXPECT_EQ(trace.otlp_file, "spans.jsonl");
  EXPECT_FALSE(trace.collector);
}

TEST(TroupeOptions, NameAnAction) {
  auto kill = parsed({"kill", "shop/cache", "--on", "right"});
  EXPECT_EQ(kill.what, command::act);
  EXPECT_EQ(kill.action.what, act::kill);
  EXPECT_EQ(kill.action.target, "shop/cache");
  EXPECT_EQ(kill.action.node, "right");
  EXPECT_EQ(parsed({"restart", "a"}).action.what, act::restart);
  EXPECT_EQ(parsed({"stop", "a"}).action.what, act::stop);
  EXPECT_EQ(parsed({"drain", "a"}).action.what, act::drain);
  EXPECT_EQ(parsed({"spawn", "fib"}).action.what, act::spawn);
  auto replay = parsed({"quarantine", "replay", "shop", "3"});
  EXPECT_EQ(replay.action.what, act::replay);
  EXPECT_EQ(replay.action.target, "shop");
  EXPECT_EQ(replay.action.number, 3u);
  auto discard = parsed({"quarantine", "discard", "shop", "4"});
  EXPECT_EQ(discard.action.what, act::discard);
  EXPECT_EQ(discard.action.number, 4u);
}

TEST(TroupeOptions, SayHowToConnect) {
  auto x = parsed({"--node", "h:1", "--tls-ca", "a", "--tls-cert", "b",
                   "--tls-key", "c", "--name", "ops", "nodes", "--json"});
  EXPECT_EQ(x.node, "h:1");
  EXPECT_TRUE(x.json);
  using pair = std::pair<std::string, std::string>;
  EXPECT_EQ(x.runtime, (std::vector<pair>{{"node.name", "ops"},
                                          {"node.tls-ca", "a"},
                                          {"node.tls-certificate", "b"},
                                          {"node.tls-key", "c"},
                                          {"node.security", "tls"}}));
  // Also behind the command.
  EXPECT_EQ(parsed({"tree", "--node", "h:2"}).node, "h:2");
}

TEST(TroupeOptions, RefuseWhatIsWrong) {
  EXPECT_EQ(refused({}), exit_code::usage);
  EXPECT_EQ(refused({"nothing"}), exit_code::usage);
  EXPECT_EQ(refused({"restart"}), exit_code::usage);
  EXPECT_EQ(refused({"quarantine"}), exit_code::usage);
  EXPECT_EQ(refused({"quarantine", "replay", "shop", "x"}), exit_code::usage);
  EXPECT_EQ(refused({"ps", "--sort", "colour"}), exit_code::usage);
  EXPECT_EQ(refused({"--timeout", "1", "tree"}), exit_code::usage);
  EXPECT_EQ(refused({"trace", "--follow"}), exit_code::usage);
  EXPECT_EQ(refused({"trace", "--collector", "ftp://a"}), exit_code::usage);
  EXPECT_EQ(refused({"trace", "--otlp", "a", "--collector", "http://b"}),
            exit_code::usage);
}

TEST(TroupeOptions, KnowProgramsBesideThisOne) {
  auto of = [](std::vector<const char*> line) {
    return sibling(static_cast<int>(line.size()), line.data());
  };
  EXPECT_EQ(of({"troupe", "bench", "--help"}), "bench");
  EXPECT_EQ(of({"troupe", "certs"}), "certs");
  EXPECT_EQ(of({"troupe", "node"}), "node");
  EXPECT_FALSE(of({"troupe", "tree"}));
  EXPECT_FALSE(of({"troupe", "../bench"}));
  EXPECT_FALSE(of({"troupe"}));
}

} // namespace

} // namespace cli
