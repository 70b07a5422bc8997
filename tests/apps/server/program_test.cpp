// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "troupe/actors/fib.hpp"
#include "troupe/actors/particles.hpp"

#include "support/eventually.hpp"

#include "server_program.hpp"

namespace server_app {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using troupe::test::eventually;

/// Work for about a minute.
const json long_job{{"kind", "simulate"},
                    {"input", {{"particles", 200'000}, {"steps", 100'000}}}};

/// Work for longer than anybody lives.
const json endless_job{{"kind", "fib"}, {"input", {{"n", 93}}}};

/// Whether a metric has a value.
bool shows(const std::string& metrics, const std::string& name,
           const std::string& value) {
  std::regex line{"(^|\n)" + name + "\\{[^}]*\\} " + value + "\n"};
  return std::regex_search(metrics, line);
}

/// Begins a job.
/// @returns its path once it runs.
std::string begin(httplib::Client& http, const json& job) {
  auto path = std::string{body_of(post(http, "/jobs", job), 202)["status"]};
  EXPECT_TRUE(eventually(patience, [&] {
    auto busy = http.Get("/metrics")->body;
    return body_of(http.Get(path))["state"] == "running"
           && !shows(busy, "troupe_pool_outstanding", "0");
  }));
  return path;
}

/// Returns the processor time of a process, in hundredths of a second.
uint64_t cpu_ticks(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::istringstream fields{
      text.substr(std::min(text.rfind(')') + 1, text.size()))};
  std::string skipped;
  for (int i = 3; i < 14; ++i)
    fields >> skipped;
  uint64_t result = 0;
  fields >> result;
  return result;
}

void stop(server_program& x, int expected = 0) {
  x.program().signal(SIGTERM);
  auto report = x.program().wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, expected) << x.program().err();
}

} // namespace

TEST(ServerProgram, SimulatesAsAPlainFunctionDoes) {
  server_program x;
  auto http = x.client();
  auto answer = body_of(post(
      *http, "/simulate",
      {{"particles", 5'000}, {"steps", 1'000}, {"dt", 0.02}, {"seed", 9}}));
  auto right =
      troupe::simulate({.seed = 9, .count = 5'000, .steps = 1'000, .dt = 0.02});
  EXPECT_EQ(answer["bounces"], right.bounces);
  EXPECT_NEAR(answer["energy"], right.energy, 1e-9);
  EXPECT_NEAR(answer["centre_of_mass"][0], right.x / 5'000, 1e-9);
  EXPECT_NEAR(answer["centre_of_mass"][1], right.y / 5'000, 1e-9);
  EXPECT_NEAR(answer["centre_of_mass"][2], right.z / 5'000, 1e-9);
  EXPECT_EQ(answer["tasks"], 5);
  auto health = body_of(http->Get("/healthz"));
  EXPECT_EQ(health["status"], "ok");
  stop(x);
}

TEST(ServerProgram, AnswersEachInputOfAMap) {
  server_program x{{"--isolation", "pooled"}};
  auto http = x.client();
  auto answer = body_of(post(*http, "/map/fib", {{"inputs", {20, 3, 10}}}));
  EXPECT_EQ(answer["results"], (json{6765, 2, 55}));
  answer = body_of(
      post(*http, "/map/particles",
           {{"inputs", {{{"particles", 2}, {"steps", 3}}, {{"seed", 5}}}}}));
  EXPECT_EQ(answer["results"][0]["particles"], 2);
  EXPECT_EQ(answer["results"][1]["seed"], 5);
  EXPECT_EQ(body_of(post(*http, "/fib", {{"n", 30}}))["fib"], 832040);
}

TEST(ServerProgram, TellsHowAJobGoesOnAndEnds) {
  server_program x;
  auto http = x.client();
  auto ticket = body_of(
      post(*http, "/jobs",
           {{"kind", "map/fib"}, {"input", {{"inputs", json(50, 24)}}}}),
      202);
  std::string events;
  auto stream = http->Get(std::string{ticket["events"]},
                          [&](const char* data, size_t size) {
                            events.append(data, size);
                            return true;
                          });
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->get_header_value("Content-Type"), "text/event-stream");
  auto last = events.rfind("event: ended\ndata: ");
  ASSERT_NE(last, std::string::npos) << events;
  auto job = json::parse(events.substr(last + 19));
  EXPECT_EQ(job["state"], "done");
  EXPECT_EQ(job["result"]["results"], json(50, 46368));
  auto again = body_of(http->Get(std::string{ticket["status"]}));
  EXPECT_EQ(again, job);
}

TEST(ServerProgram, CancelsAJob) {
  server_program x;
  auto http = x.client();
  auto path =
      std::string{body_of(post(*http, "/jobs", long_job), 202)["status"]};
  EXPECT_TRUE(eventually(patience, [&] {
    auto job = body_of(http->Get(path));
    return job["state"] == "running" && job["done"] > 0;
  }));
  EXPECT_EQ(body_of(http->Delete(path))["state"], "cancelled");
  EXPECT_EQ(body_of(http->Get(path))["problem"]["status"], 409);
  // The workers are free again.
  EXPECT_EQ(body_of(post(*http, "/fib", {{"n", 5}}))["fib"], 5);
  stop(x);
}

TEST(ServerProgram, WorkersGiveUpANumberThatNobodyWaitsForAnyMore) {
  for (auto isolation : {"pooled", "thread", "process"}) {
    SCOPED_TRACE(isolation);
    server_program x{{"--isolation", isolation, "--workers", "1"}};
    auto http = x.client();
    auto path = begin(*http, endless_job);
    auto before = x.workers();
    EXPECT_EQ(body_of(http->Delete(path))["state"], "cancelled");
    EXPECT_EQ(body_of(post(*http, "/fib", {{"n", 5}}))["fib"], 5);
    EXPECT_EQ(x.workers(), before) << "a process was killed";
    stop(x);
  }
}

TEST(ServerProgram, AProcessThatDoesNotGiveUpACancelledJobIsReplacedAlone) {
  server_program x{{"--workers", "2"}};
  auto http = x.client();
  std::vector paths{begin(*http, endless_job), begin(*http, endless_job)};
  // Two compute, two are kept ready.
  std::vector<pid_t> busy;
  EXPECT_TRUE(eventually(patience, [&] {
    busy = x.workers();
    std::erase_if(busy, [](auto pid) { return cpu_ticks(pid) < 30; });
    return busy.size() == 2;
  }));
  ASSERT_EQ(busy.size(), 2u);
  kill(busy[0], SIGSTOP);
  for (auto& path : paths)
    EXPECT_EQ(body_of(http->Delete(path))["state"], "cancelled");
  EXPECT_TRUE(eventually(patience, [&] {
    auto left = x.workers();
    return std::count(left.begin(), left.end(), busy[0]) == 0
           && std::count(left.begin(), left.end(), busy[1]) == 1;
  }));
  EXPECT_EQ(
      body_of(post(*http, "/map/fib", {{"inputs", {3, 4, 5}}}))["results"],
      (json{2, 3, 5}));
  stop(x);
}

TEST(ServerProgram, ShowsItselfOnAPage) {
  server_program x;
  auto http = x.client();
  auto answer = http->Get("/");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->get_header_value("Content-Type"),
            "text/html; charset=utf-8");
  auto script = http->Get("/assets/main.js");
  ASSERT_TRUE(script);
  EXPECT_EQ(script->get_header_value("Content-Type"),
            "text/javascript; charset=utf-8");
  EXPECT_EQ(body_of(http->Get("/assets/nothing.js"), 404)["status"], 404);
  auto node = body_of(http->Get("/api/snapshot"))["nodes"][0];
  EXPECT_EQ(node["pools"][0]["name"], "compute");
  EXPECT_EQ(node["children"][1]["path"], "server/compute");
}

TEST(ServerProgram, ATraceGoesFromTheRequestIntoTheWorkers) {
  for (auto isolation : {"pooled", "process"}) {
    SCOPED_TRACE(isolation);
    server_program x{{"--isolation", isolation, "--workers", "1"}};
    auto http = x.client();
    std::string id = "0af7651916cd43dd8448eb211c80319c";
    auto answer = http->Post(
        "/map/fib", {{"traceparent", "00-" + id + "-b7ad6b7169203331-01"}},
        nlohmann::json{{"inputs", {5, 10}}}.dump(), "application/json");
    EXPECT_EQ(body_of(answer)["results"].size(), 2u);
    // Without the header nothing is recorded.
    body_of(post(*http, "/fib", {{"n", 5}}));
    std::set<std::string> actors;
    EXPECT_TRUE(troupe::test::eventually(patience, [&] {
      auto seen = body_of(http->Get("/api/traces"));
      for (auto& span : seen["spans"]) {
        EXPECT_EQ(span["trace"], id);
        actors.insert(span["actor"]);
      }
      return actors.contains("scheduled_actor");
    })) << nlohmann::json{actors};
    EXPECT_TRUE(actors.contains("http"));
    EXPECT_TRUE(actors.contains("server.desk"));
    stop(x);
  }
}

TEST(ServerProgram, StopsWorkWhoseClientHasGone) {
  server_program x;
  {
    auto http = x.client();
    http->set_read_timeout(100ms);
    EXPECT_FALSE(post(*http, "/simulate", long_job["input"]));
  }
  auto http = x.client();
  EXPECT_TRUE(eventually(patience, [&] {
    auto text = http->Get("/metrics")->body;
    return text.find("troupe_server_jobs{state=\"running\"} 0")
               != std::string::npos
           && shows(text, "troupe_pool_outstanding", "0");
  }));
}

TEST(ServerProgram, LosesNoAnswerWhenWorkersAreKilledUnderLoad) {
  server_program x;
  std::atomic<int> wrong = 0;
  std::atomic<int> answered = 0;
  std::atomic<bool> go_on = true;
  troupe::particle_task task{.seed = 4, .count = 3'000, .steps = 1'000};
  auto bounces = troupe::simulate(task).bounces;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&, i] {
      auto http = x.client();
      while (go_on) {
        auto n = 15 + answered % 10;
        auto reply =
            i % 2 == 0
                ? post(*http, "/fib", {{"n", n}})
                : post(*http, "/simulate",
                       {{"particles", 3'000}, {"steps", 1'000}, {"seed", 4}});
        auto body =
            reply && reply->status == 200 ? json::parse(reply->body) : json{};
        auto right = i % 2 == 0 ? body.value("fib", uint64_t{0})
                                      == troupe::fib_iterative(n)
                                : body.value("bounces", uint64_t{0}) == bounces;
        wrong += !right;
        ++answered;
      }
    });
  constexpr auto kills = 10;
  for (int i = 0; i < kills; ++i) {
    auto before = answered.load();
    for (auto pid : x.workers())
      if (i % 3 == 0 || pid % 2 == i % 2)
        kill(pid, SIGKILL);
    EXPECT_TRUE(eventually(patience, [&] { return answered >= before + 10; }));
  }
  go_on = false;
  for (auto& client : clients)
    client.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(answered, 10 * kills);
  auto http = x.client();
  EXPECT_TRUE(shows(http->Get("/metrics")->body, "troupe_pool_retried_total",
                    "[1-9][0-9]*"));
  stop(x);
}

TEST(ServerProgram, AnswersWhatItHasBeforeItStops) {
  server_program x;
  std::thread client{[&] {
    auto http = x.client();
    auto answer = body_of(
        post(*http, "/simulate", {{"particles", 20'000}, {"steps", 2'000}}));
    EXPECT_EQ(answer["particles"], 20'000);
  }};
  auto http = x.client();
  EXPECT_TRUE(eventually(patience, [&] {
    return http->Get("/metrics")->body.find("jobs{state=\"running\"} 1")
           != std::string::npos;
  }));
  stop(x);
  client.join();
  EXPECT_NE(x.program().out().find("\"drained\":true"), std::string::npos);
}

TEST(ServerProgram, CancelsWhatTakesTooLongToDrainAndSaysSo) {
  server_program x{{"--drain", "0"}};
  std::thread client{[&] {
    auto http = x.client();
    auto answer = post(*http, "/simulate", long_job["input"]);
    EXPECT_EQ(body_of(answer, 503)["detail"], "the server is stopping");
  }};
  auto http = x.client();
  EXPECT_TRUE(eventually(patience, [&] {
    return http->Get("/metrics")->body.find("jobs{state=\"running\"} 1")
           != std::string::npos;
  }));
  stop(x, 1);
  client.join();
}

} // namespace server_app
