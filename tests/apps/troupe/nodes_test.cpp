// SPDX-License-Identifier: Apache-2.0

// The real program, looking at nodes of this process: on a terminal, and for
// traces.

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "support/eventually.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include "member.hpp"

namespace cli {

namespace {

using nlohmann::json;
using troupe::test::built_program;
using troupe::test::eventually;
using troupe::test::finished;

TEST(TroupeTop, ShowsTheChildrenOfAllNodesWithTheStuckOneOnTop) {
  member left{"left", "calm"};
  member right{"right", "busy"};
  ASSERT_FALSE(right.node().join(left.address()));
  right.get_stuck("busy");
  auto shown = troupe::test::run(
      {.line = {"python3", TROUPE_TERMINAL, "^2 nodes  2 children", "^CHILD",
                R"(^right/busy +right +up .* [1-9][0-9.]* s +put$)",
                "^left/calm +left +up", "--", built_program("troupe"), "--node",
                left.address(), "top"}},
      patience);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->report.code, 0) << shown->out << shown->err;
}

/// Takes what is posted to it.
class collector {
public:
  collector() {
    server_.Post("/v1/traces",
                 [this](const httplib::Request& in, httplib::Response& out) {
                   std::lock_guard guard{mtx_};
                   body_ = in.body;
                   out.set_content("{}", "application/json");
                 });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread{[this] { server_.listen_after_bind(); }};
  }

  ~collector() {
    EXPECT_TRUE(eventually(patience, [this] { return server_.is_running(); }));
    server_.stop();
    thread_.join();
  }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
  }

  std::string body() {
    std::lock_guard guard{mtx_};
    return body_;
  }

private:
  std::mutex mtx_;
  std::string body_;
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

TEST(TroupeTrace, ShowsAndExportsWhatTheNodesRemember) {
  member left{"left", "calm"};
  auto root = troupe::new_trace();
  auto id = troupe::to_traceparent(root).substr(3, 32);
  {
    troupe::trace_scope scope{root};
    left.send("calm");
  }
  auto troupe = [&](std::vector<std::string> arguments) {
    std::vector<std::string> line{built_program("troupe"), "--node",
                                  left.address(), "trace"};
    line.insert(line.end(), arguments.begin(), arguments.end());
    auto result = ::troupe::test::run({.line = line}, patience);
    return result ? *result : finished{};
  };
  // The last of its messages.
  ASSERT_TRUE(eventually(patience, [&] {
    return troupe({id}).out.find("  put  ") != std::string::npos;
  }));
  EXPECT_NE(troupe({}).out.find(id), std::string::npos);
  EXPECT_EQ(troupe({std::string(32, '0')}).report.code, 1);
  auto listed = json::parse(troupe({"--json"}).out, nullptr, false);
  ASSERT_TRUE(listed.is_object());
  EXPECT_EQ(listed["spans"][0]["trace"], id);
  EXPECT_EQ(listed["spans"][0]["node"], "left");
  ::troupe::test::temp_dir dir;
  auto file = (dir.path() / "spans.jsonl").string();
  EXPECT_EQ(troupe({"--otlp", file}).report.code, 0);
  auto exported = json::parse(::troupe::test::read_file(file), nullptr, false);
  ASSERT_TRUE(exported.is_object());
  auto& spans = exported["resourceSpans"][0]["scopeSpans"][0]["spans"];
  EXPECT_EQ(spans[0]["traceId"], id);
  collector to;
  EXPECT_EQ(troupe({"--collector", to.url()}).report.code, 0);
  EXPECT_EQ(json::parse(to.body(), nullptr, false), exported);
  EXPECT_EQ(troupe({"--collector", "http://127.0.0.1:1"}).report.code, 1);
}

} // namespace

} // namespace cli
