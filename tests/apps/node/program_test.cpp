// SPDX-License-Identifier: Apache-2.0

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "support/eventually.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace node_app {

using namespace std::chrono_literals;
using troupe::test::built_program;
using troupe::test::command;
using troupe::test::eventually;
using troupe::test::finished;
using troupe::test::process;
using troupe::test::temp_dir;

namespace {

constexpr auto patience = 30s;

command node(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), built_program("node"));
  return {.line = std::move(arguments)};
}

command fib(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), built_program("fib"));
  return {.line = std::move(arguments)};
}

/// Waits for the first line and returns the address in it.
std::string ready_at(process& x) {
  auto line = x.line_with("ready as ", patience);
  if (!line) {
    ADD_FAILURE() << "not ready: " << x.err();
    return {};
  }
  auto begin = line->find(" on ") + 4;
  return line->substr(begin, line->find(' ', begin) - begin);
}

finished run(command x) {
  auto result = troupe::test::run(x, patience);
  if (!result) {
    ADD_FAILURE() << "it does not end";
    return {};
  }
  return *result;
}

/// Where a service manager listens.
class notify_socket {
public:
  explicit notify_socket(const std::string& path)
      : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::strncpy(where.sun_path, path.c_str(), sizeof(where.sun_path) - 1);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&where), sizeof(where)), 0);
  }

  ~notify_socket() {
    close(fd_);
  }

  notify_socket(const notify_socket&) = delete;
  notify_socket& operator=(const notify_socket&) = delete;

  /// Waits for the next message.
  std::string next() {
    std::string result;
    char buffer[256];
    EXPECT_TRUE(eventually(patience, [&] {
      auto n = recv(fd_, buffer, sizeof(buffer), MSG_DONTWAIT);
      if (n > 0)
        result.assign(buffer, static_cast<size_t>(n));
      return n > 0;
    }));
    return result;
  }

private:
  int fd_;
};

} // namespace

TEST(NodeProgram, OffersItsActorsAndLeavesInOrder) {
  process server{
      node({"--listen", "127.0.0.1:0", "--name", "b", "--workers", "2"})};
  auto address = ready_at(server);
  auto result = run(fib({"--n", "25", "--tasks", "100", "--workers", "0",
                         "--join", address, "--name", "a"}));
  EXPECT_EQ(result.report.code, 0) << result.err;
  EXPECT_NE(result.out.find("all 100 results are right"), std::string::npos);
  EXPECT_TRUE(server.line_with("node a is up with 0 workers", patience));
  EXPECT_TRUE(server.line_with("node a left", patience));
  server.signal(SIGTERM);
  auto report = server.wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 0) << server.err();
  EXPECT_NE(server.out().find("stopped, nothing was left running"),
            std::string::npos);
}

TEST(NodeProgram, WorksOnWithoutRoomForItsLog) {
  process seed{node(
      {"--listen", "127.0.0.1:0", "--name", "a", "--workers", "0", "--json"})};
  auto ready = seed.line_with("\"ready\"", patience);
  ASSERT_TRUE(ready) << seed.err();
  auto known = nlohmann::json::parse(*ready)["address"].get<std::string>();
  process full{{.line = {"/bin/sh", "-c",
                         "exec " + built_program("node")
                             + " --listen 127.0.0.1:0 --name b --workers 1 "
                               "--join "
                             + known + " > /dev/full 2>&1"}}};
  auto up = seed.line_with("\"name\":\"b\"", patience);
  ASSERT_TRUE(up) << seed.err();
  auto address = nlohmann::json::parse(*up)["address"].get<std::string>();
  // A line for each of the two streams.
  auto refused = run(fib({"--n", "20", "--tasks", "1", "--workers", "0",
                          "--join", address, "--name", "b"}));
  EXPECT_EQ(refused.report.code, 3) << refused.err;
  auto result = run(fib({"--n", "20", "--tasks", "10", "--workers", "0",
                         "--join", address, "--name", "c"}));
  EXPECT_EQ(result.report.code, 0) << result.err;
  EXPECT_NE(result.out.find("all 10 results are right"), std::string::npos);
  full.signal(SIGTERM);
  auto report = full.wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 4);
}

TEST(NodeProgram, LosesNoTaskWhenItIsAskedToStopInTheMiddle) {
  process server{
      node({"--listen", "127.0.0.1:0", "--name", "b", "--workers", "1"})};
  auto address = ready_at(server);
  process driver{fib({"--n", "36", "--tasks", "60", "--workers", "1",
                      "--skip-sequential", "--join", address})};
  ASSERT_TRUE(driver.line_with("node b is up", patience)) << driver.err();
  server.signal(SIGTERM);
  auto report = server.wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 0) << server.out();
  report = driver.wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 0) << driver.err();
  EXPECT_NE(driver.out().find("all 60 results are right"), std::string::npos)
      << driver.out();
}

TEST(NodeProgram, PrintsOneObjectALineWithJson) {
  process x{node({"--listen", "127.0.0.1:0", "--name", "b", "--role", "crunch",
                  "--json"})};
  auto line = x.line_with("ready", patience);
  ASSERT_TRUE(line) << x.err();
  auto ready = nlohmann::json::parse(*line);
  EXPECT_EQ(ready["roles"][0], "crunch");
  EXPECT_EQ(ready["types"][0], "fib");
  x.signal(SIGINT);
  ASSERT_TRUE(x.wait(patience));
  EXPECT_NE(x.out().find(R"({"drained":true,"event":"stopped"})"),
            std::string::npos)
      << x.out();
}

TEST(NodeProgram, TellsAServiceManagerWhenItIsReadyAndWhenItStops) {
  temp_dir dir;
  notify_socket manager{dir.file("notify")};
  auto line = node({"--listen", "127.0.0.1:0"});
  line.environment = {"NOTIFY_SOCKET=" + dir.file("notify")};
  process x{line};
  EXPECT_EQ(manager.next(), "READY=1");
  x.signal(SIGTERM);
  EXPECT_EQ(manager.next(), "STOPPING=1");
  EXPECT_TRUE(x.wait(patience));
}

TEST(NodeProgram, ShowsItselfOnAPage) {
  process x{
      node({"--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--json"})};
  auto line = x.line_with("\"page\"", patience);
  ASSERT_TRUE(line) << x.err();
  auto url = nlohmann::json::parse(*line)["url"].get<std::string>();
  auto port = std::stoi(url.substr(url.rfind(':') + 1));
  httplib::Client http{"127.0.0.1", port};
  auto answer = http.Get("/");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST(NodeProgram, ReadsAConfigurationFile) {
  temp_dir dir;
  auto file = dir.write("node.conf", "[node]\nname = \"from-file\"\n"
                                     "listen = \"127.0.0.1:0\"\n");
  process x{node({"--config", file})};
  EXPECT_TRUE(x.line_with("ready as from-file on 127.0.0.1:", patience))
      << x.err();
}

TEST(NodeProgram, WaitsForASeedThatIsNotThereYet) {
  process first{node({"--listen", "127.0.0.1:0", "--name", "a"})};
  auto address = ready_at(first);
  first.signal(SIGTERM);
  ASSERT_TRUE(first.wait(patience));
  process second{node({"--seed", address, "--name", "b"})};
  EXPECT_TRUE(
      second.line_with("is not there yet: nobody listens there", patience));
  process again{node({"--listen", address, "--name", "a"})};
  EXPECT_TRUE(second.line_with("node a is up", patience)) << second.out();
}

TEST(NodeProgram, SaysWhyItCannotStart) {
  process server{node({"--listen", "127.0.0.1:0", "--name", "b"})};
  auto address = ready_at(server);
  struct {
    std::vector<std::string> arguments;
    int code;
    std::string says;
  } table[] = {
      {{}, 2, "needs --listen, --join or --seed"},
      {{"--listen", "nonsense"}, 2, "\"nonsense\" is not an address"},
      {{"--listen", "0.0.0.0:0"}, 2, "(--insecure permits it)"},
      {{"--listen", "127.0.0.1:0", "--workers", "many"}, 2, "\"many\""},
      {{"--listen", "127.0.0.1:0", "--drain", "soon"}, 2, "\"soon\""},
      {{"--config", "/nowhere"}, 2, "No such file"},
      {{"--listen", address}, 3, "Address already in use"},
      {{"--join", "127.0.0.1:1"}, 3, "Connection refused"},
      {{"--join", address, "--name", "b"}, 3, "names must differ"},
  };
  for (auto& [arguments, code, says] : table) {
    auto result = run(node(arguments));
    EXPECT_EQ(result.report.code, code) << result.err;
    EXPECT_NE(result.err.find(says), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
  }
}

} // namespace node_app
