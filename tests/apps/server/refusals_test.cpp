// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/eventually.hpp"
#include "support/temp_dir.hpp"

#include "server_program.hpp"

namespace server_app {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using troupe::test::built_program;
using troupe::test::eventually;
using troupe::test::temp_dir;

const json long_job{{"kind", "simulate"},
                    {"input", {{"particles", 200'000}, {"steps", 100'000}}}};

troupe::test::finished run(std::vector<std::string> line) {
  auto result = troupe::test::run({.line = std::move(line)}, patience);
  EXPECT_TRUE(result) << "it does not end";
  return result.value_or(troupe::test::finished{});
}

} // namespace

TEST(ServerRefuses, WithAProblemAsJson) {
  server_program x{{"--isolation", "pooled", "--max-body", "1024"}};
  auto http = x.client();
  struct {
    std::string method;
    std::string path;
    httplib::Headers headers;
    std::string body;
    int status;
  } table[] = {
      {"GET", "/nothing", {}, "", 404},
      {"GET", "/jobs/00", {}, "", 404},
      {"DELETE", "/jobs/00", {}, "", 404},
      {"GET", "/jobs/00/events", {}, "", 404},
      {"POST", "/map/nothing", {}, R"({"inputs":[1]})", 404},
      {"GET", "/simulate", {}, "", 405},
      {"PUT", "/simulate", {}, "{}", 405},
      {"POST", "/simulate", {}, "{", 400},
      {"POST", "/simulate", {}, R"({"steps":0})", 400},
      {"POST", "/simulate", {}, std::string(1'025, ' '), 413},
      {"POST", "/simulate", {{"Content-Encoding", "gzip"}}, "{}", 415},
      {"POST", "/simulate", {{"Origin", "http://evil.example"}}, "{}", 403},
      {"POST", "/simulate", {}, R"({"dt":1e999})", 400},
      {"DELETE", "/jobs/00", {{"Content-Encoding", "gzip"}}, "{}", 400},
      {"POST",
       "/api/actions",
       {{"X-Troupe-Action", "1"}},
       std::string(400, '[') + std::string(400, ']'),
       400},
      {"GET", "/healthz", {{"Host", "evil.example"}}, "", 421},
      {"GET", "/" + std::string(3'000, 'x'), {}, "", 414},
      {"GET", "/" + std::string(9'000, 'x'), {}, "", 414},
      {"POST",
       "/simulate",
       {},
       R"({"particles":200000,"steps":100000,"deadline_s":0.1})",
       504},
      {"POST", "/fib", {}, R"({"n":93,"deadline_s":0.1})", 504},
      {"POST", "/map/fib", {}, R"({"inputs":[3,93],"deadline_s":0.1})", 504},
  };
  for (auto& [method, path, headers, body, status] : table) {
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.headers = headers;
    request.body = body;
    if (!body.empty())
      request.set_header("Content-Type", "application/json");
    auto answer = http->send(request);
    SCOPED_TRACE(method + " " + path.substr(0, 40));
    EXPECT_EQ(body_of(answer, status)["status"], status);
    if (!answer)
      continue;
    EXPECT_EQ(answer->get_header_value("Content-Type"),
              "application/problem+json");
    EXPECT_EQ(answer->get_header_value("Allow"), status == 405 ? "POST" : "");
  }
  EXPECT_EQ(body_of(http->Get("/healthz"))["status"], "ok");
}

TEST(ServerRefuses, NamesTheFieldItsValueAndWhatIsAllowed) {
  server_program x{{"--isolation", "pooled"}};
  auto http = x.client();
  auto answer = body_of(post(*http, "/map/fib", {{"inputs", {1, 94}}}), 400);
  EXPECT_EQ(answer["field"], "inputs[1]");
  EXPECT_EQ(answer["value"], 94);
  EXPECT_EQ(answer["allowed"], "a whole number from 0 to 93");
}

TEST(ServerRefuses, MoreThanMayWait) {
  server_program x{{"--max-waiting", "0"}};
  auto http = x.client();
  httplib::Result last{nullptr, httplib::Error::Unknown};
  EXPECT_TRUE(eventually(patience, [&] {
    last = post(*http, "/jobs", long_job);
    return last && last->status != 202;
  }));
  EXPECT_EQ(body_of(last, 429)["status"], 429);
  EXPECT_EQ(last->get_header_value("Retry-After"), "1");
  x.program().signal(SIGTERM);
  EXPECT_TRUE(eventually(patience, [&] {
    auto ready = http->Get("/readyz");
    return ready && ready->status == 503;
  }));
  auto late = post(*http, "/fib", {{"n", 1}});
  EXPECT_EQ(body_of(late, 503)["detail"], "the server is stopping");
  EXPECT_EQ(late->get_header_value("Retry-After"), "10");
}

TEST(ServerRefuses, MoreConnectionsThanItMayHave) {
  server_program x{{"--isolation", "pooled", "--max-connections", "3"}};
  std::vector<std::unique_ptr<httplib::Client>> kept;
  EXPECT_TRUE(eventually(patience, [&] {
    kept.push_back(x.client());
    auto answer = kept.back()->Get("/healthz");
    return answer && answer->status == 503;
  }));
  kept.clear();
  auto http = x.client();
  EXPECT_TRUE(eventually(patience, [&] {
    auto answer = http->Get("/healthz");
    return answer && answer->status == 200;
  }));
}

TEST(ServerRefuses, WhoeverHasNoTokenOverTls) {
  temp_dir dir;
  auto made = run({built_program("certs"), dir.file(""), "localhost"});
  ASSERT_EQ(made.report.code, 0) << made.err;
  auto token = dir.write("token", "open-sesame-0123456\n");
  troupe::test::process program{
      {.line = {built_program("server"), "--listen", "127.0.0.1:0", "--json",
                "--isolation", "pooled", "--http-certificate",
                dir.file("localhost.pem"), "--http-key",
                dir.file("localhost-key.pem"), "--http-token-file", token}}};
  auto ready = program.line_with("\"ready\"", patience);
  ASSERT_TRUE(ready) << program.err();
  httplib::SSLClient http{"127.0.0.1", json::parse(*ready)["port"]};
  http.set_ca_cert_path(dir.file("ca.pem").c_str());
  http.enable_server_certificate_verification(false);
  http.set_read_timeout(patience);
  auto send = [&](httplib::Headers headers) {
    return http.Post("/fib", headers, R"({"n":10})", "application/json");
  };
  auto refused = send({});
  EXPECT_EQ(body_of(refused, 401)["status"], 401);
  EXPECT_EQ(refused->get_header_value("WWW-Authenticate"), "Bearer");
  body_of(send({{"Authorization", "Bearer open-sesame-0123457"}}), 401);
  auto answer = send({{"Authorization", "Bearer open-sesame-0123456"}});
  EXPECT_EQ(body_of(answer)["fib"], 55);
  EXPECT_EQ(body_of(http.Get("/healthz"))["status"], "ok");
}

TEST(ServerProgram, SaysWhyItCannotStart) {
  server_program other{{"--isolation", "pooled"}};
  auto taken = "127.0.0.1:" + std::to_string(other.port());
  temp_dir dir;
  auto token = dir.write("token", "short\n");
  struct {
    std::vector<std::string> arguments;
    int code;
    std::string says;
  } table[] = {
      {{"--listen", taken}, 3, "Address already in use"},
      {{"--listen", "nonsense"}, 2, "\"nonsense\" is not an address"},
      {{"--listen", "0.0.0.0:0"}, 2, "needs TLS and a token"},
      {{"--http-token-file", token}, 2, "at least 16 characters"},
      {{"--http-token-file", "/nowhere"}, 2, "No such file"},
      {{"--http-key", token}, 2, "go together"},
      {{"--http-key", token, "--http-certificate", token},
       2,
       "is no certificate"},
      {{"--workers", "0"}, 2, "must be 1 to 1024"},
  };
  for (auto& [arguments, code, says] : table) {
    auto line = arguments;
    line.insert(line.begin(), built_program("server"));
    auto result = run(line);
    EXPECT_EQ(result.report.code, code) << result.err;
    EXPECT_NE(result.err.find(says), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
  }
}

} // namespace server_app
